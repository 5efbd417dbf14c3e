package io.millrace.api.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.document.FieldError;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobOptions;
import io.millrace.model.JobType;
import io.millrace.model.NewJob;
import io.millrace.model.RetryPolicy;
import io.millrace.model.WorkerDeath;
import io.millrace.model.Workload;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private static final JobType ECHO =
      new JobType(
          "echo",
          1,
          Workload.IO,
          "default",
          4,
          60_000,
          "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"value\":{}}}",
          WorkerDeath.RETRY,
          null,
          new RetryPolicy(4, Duration.ofSeconds(2), 3.0, Duration.ofMinutes(1)).encode());

  private final RequestJson json = new RequestJson();
  private final Admission admission =
      new Admission(
          new OneType(),
          new PayloadValidator(),
          new Ids(),
          new Fixed(),
          (tenant, name) -> Optional.empty());

  @Test
  void admit_typeAlone_takesTheTypesDefaults() throws Exception {
    NewJob job = admit("{'type':'echo'}");

    assertThat(job.maxAttempts()).isEqualTo(4);
    assertThat(job.timeoutMillis()).isEqualTo(60_000);
    assertThat(job.pool()).isEqualTo("default");
    assertThat(job.payload()).isEqualTo("{}");
    assertThat(job.options()).isEqualTo(JobOptions.NONE);
  }

  @Test
  void admit_everyOption_isKept() throws Exception {
    UUID parent = UUID.fromString("0198c1de-6f00-7abc-8def-0123456789ab");
    JobOptions options =
        admit(
                "{'type':'echo','runAt':'2030-01-01T02:00:00+01:00',"
                    + "'deadline':'2030-01-02T00:00:00Z','queueTimeout':'10m','heartbeat':'5s',"
                    + "'labels':{'customer':'7','b.c-d_e':'x'},'parent':'"
                    + parent
                    + "'}")
            .options();

    assertThat(options.runAt()).isEqualTo("2030-01-01T01:00:00Z");
    assertThat(options.delayMillis()).isNull();
    assertThat(options.deadline()).isEqualTo("2030-01-02T00:00:00Z");
    assertThat(options.queueTimeoutMillis()).isEqualTo(600_000);
    assertThat(options.heartbeatMillis()).isEqualTo(5_000);
    assertThat(options.labels()).isEqualTo("{\"customer\":\"7\",\"b.c-d_e\":\"x\"}");
    assertThat(options.parent()).isEqualTo(parent);
    assertThat(options.retry()).isNull();
  }

  @Test
  void admit_delayAndDeadlineAsDurations_countFromNow() throws Exception {
    JobOptions options = admit("{'type':'echo','delay':'90s','deadline':'PT2H'}").options();

    assertThat(options.delayMillis()).isEqualTo(90_000);
    assertThat(options.runAt()).isNull();
    assertThat(options.deadline()).isEqualTo(NOW.plus(Duration.ofHours(2)));
  }

  @Test
  void admit_runAtInThePast_meansAtOnce() throws Exception {
    JobOptions options =
        admit("{'type':'echo','runAt':'2029-12-31T00:00:00Z','deadline':'1s'}").options();

    assertThat(options.runAt()).isEqualTo("2029-12-31T00:00:00Z");
  }

  @Test
  void admit_partOfRetry_overridesThatOfTheType() throws Exception {
    NewJob job = admit("{'type':'echo','retry':{'factor':1.5,'jitter':'decorrelated'}}");

    assertThat(job.maxAttempts()).isEqualTo(4);
    assertThat(job.options().retry())
        .isEqualTo(
            new RetryPolicy(
                4,
                Duration.ofSeconds(2),
                1.5,
                Duration.ofMinutes(1),
                RetryPolicy.Jitter.DECORRELATED,
                null,
                null));
  }

  @Test
  void admit_wholeRetry_isKept() throws Exception {
    NewJob job =
        admit(
            "{'type':'echo','maxAttempts':7,'retry':{'maxAttempts':7,'initialDelay':'500ms',"
                + "'factor':2,'maxDelay':'10s','jitter':'none','budget':'1h',"
                + "'kinds':['DEPENDENCY','TIMEOUT']}}");

    assertThat(job.maxAttempts()).isEqualTo(7);
    assertThat(job.options().retry())
        .isEqualTo(
            new RetryPolicy(
                7,
                Duration.ofMillis(500),
                2,
                Duration.ofSeconds(10),
                RetryPolicy.Jitter.NONE,
                Duration.ofHours(1),
                Set.of(ErrorKind.DEPENDENCY, ErrorKind.TIMEOUT)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'delay':'1s','runAt':'2030-01-02T00:00:00Z' | #/runAt | runAt and delay both say when",
        "'delay':'367d' | #/delay | delay must be 0ms to 366d",
        "'delay':'-1s' | #/delay | delay must be a duration",
        "'delay':'PT-1S' | #/delay | delay must be 0ms to 366d",
        "'delay':5 | #/delay | delay must be a string",
        "'dely':'1s' | #/dely | did you mean delay?",
        "'runat':'2030-01-02T00:00:00Z' | #/runat | did you mean runAt?",
        "'runAt':'2030-01-02T00:00:00' | #/runAt | a time with its offset",
        "'runAt':'tomorrow' | #/runAt | a time with its offset",
        "'runAt':'2032-01-02T00:00:00Z' | #/runAt | within 366d of now",
        "'runAt':'-999999999-01-01T00:00:00Z' | #/runAt | within 366d of now",
        "'deadline':'2029-12-31T23:59:59Z' | #/deadline | deadline has passed",
        "'deadline':'2030-01-01T00:00:00Z' | #/deadline | deadline has passed",
        "'deadline':'2032-01-01T00:00:00Z' | #/deadline | at most 366d from now",
        "'deadline':'0s' | #/deadline | 1ms to 366d",
        "'deadline':'soon' | #/deadline | or a duration such as 2h",
        "'deadline':'1h','runAt':'2030-01-01T01:00:00Z' | #/deadline | later than runAt",
        "'deadline':'1h','delay':'2h' | #/deadline | later than the end of delay",
        "'deadline':'1h','queueTimeout':'2h' | #/queueTimeout | ends after deadline",
        "'deadline':'2h','delay':'1h','queueTimeout':'90m' | #/queueTimeout | ends after deadline",
        "'queueTimeout':'0s' | #/queueTimeout | 1ms to 366d",
        "'heartbeat':'10ms' | #/heartbeat | 100ms to 7d",
        "'heartbeat':'2m','timeout':'1m' | #/heartbeat | longer than timeout",
        "'retry':3 | #/retry | retry must be an object",
        "'retry':{'maxAttemps':3} | #/retry/maxAttemps | did you mean maxAttempts?",
        "'retry':{'maxAttempts':0} | #/retry/maxAttempts | an integer, 1 to 100",
        "'maxAttempts':0 | #/maxAttempts | an integer, 1 to 100",
        "'maxAttempts':2,'retry':{'maxAttempts':3} | #/retry/maxAttempts | retry.maxAttempts is 3"
            + " and maxAttempts is 2",
        "'retry':{'factor':0.5} | #/retry/factor | a number, 1.0 to 10.0",
        "'retry':{'factor':'2'} | #/retry/factor | a number, 1.0 to 10.0",
        "'retry':{'initialDelay':'400d'} | #/retry/initialDelay | 0ms to 366d",
        "'retry':{'initialDelay':'2m'} | #/retry/initialDelay | longer than maxDelay, which is 1m"
            + " by the type",
        "'retry':{'maxDelay':'1s'} | #/retry/maxDelay | initialDelay is 2s by the type and longer"
            + " than maxDelay",
        "'retry':{'initialDelay':'9s','maxDelay':'8s'} | #/retry/initialDelay | 9s and longer than"
            + " maxDelay, which is 8s",
        "'retry':{'jitter':'some'} | #/retry/jitter | one of none, full, decorrelated",
        "'retry':{'budget':'0s'} | #/retry/budget | 1ms to 366d",
        "'retry':{'kinds':[]} | #/retry/kinds | at least one",
        "'retry':{'kinds':'TIMEOUT'} | #/retry/kinds | an array",
        "'retry':{'kinds':['DEADLINE']} | #/retry/kinds | kinds[0] must be one of HANDLER",
        "'retry':{'kinds':['TIMEOUT',7]} | #/retry/kinds | kinds[1] must be one of HANDLER",
        "'labels':[] | #/labels | labels must be an object of strings",
        "'labels':{'Customer':'7'} | #/labels/Customer | a label's name is a lower-case letter",
        "'labels':{'a/b':'7'} | #/labels/a~1b | a label's name is a lower-case letter",
        "'labels':{'customer':7} | #/labels/customer | must be a string",
        "'labels':{'customer':''} | #/labels/customer | 1 to 200 characters",
        "'parent':'7' | #/parent | the id of a job, a UUID",
        "'pool':'nowhere' | #/pool | known are default",
        "'priority':'urgent' | #/priority | critical, high, normal, low",
        "'payload':{'valeu':1} | #/payload/valeu | did you mean value?",
      })
  void admit_fault_isNamedByPointer(String fields, String pointer, String words) {
    assertThat(refusal("{'type':'echo'," + fields + "}"))
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.pointer()).isEqualTo(pointer);
              assertThat(error.detail()).contains(words);
            });
  }

  @Test
  void admit_labelsBeyondTheirBounds_areRefused() {
    String many =
        IntStream.range(0, 17).mapToObj(i -> "'l" + i + "':'x'").collect(Collectors.joining(","));
    assertThat(refusal("{'type':'echo','labels':{" + many + "}}"))
        .singleElement()
        .isEqualTo(new FieldError("#/labels", "labels has 17 entries; at most 16 are kept"));
    assertThat(refusal("{'type':'echo','labels':{'a':'" + "x".repeat(201) + "'}}"))
        .singleElement()
        .isEqualTo(new FieldError("#/labels/a", "a label's value must have 1 to 200 characters"));
  }

  @Test
  void admit_severalFaults_areAllNamed() {
    assertThat(
            refusal(
                "{'type':'ecko','delay':'x','deadline':'x','retry':{'factor':0,'jiter':1},"
                    + "'labels':{'A':1}}"))
        .extracting(FieldError::pointer)
        .containsExactlyInAnyOrder(
            "#/type",
            "#/delay",
            "#/deadline",
            "#/retry/factor",
            "#/retry/jiter",
            "#/labels/A",
            "#/labels/A");
  }

  private NewJob admit(String text) throws Exception {
    return admission.admit(json.read(text.replace('\'', '"').getBytes(UTF_8)), "t", null);
  }

  private List<FieldError> refusal(String text) {
    return catchThrowableOfType(RefusedException.class, () -> admit(text)).errors();
  }

  private static final class OneType implements KnownTypes {
    @Override
    public Optional<JobType> find(String name) {
      return name.equals("echo") ? Optional.of(ECHO) : Optional.empty();
    }

    @Override
    public boolean hasPool(String name) {
      return name.equals("default");
    }

    @Override
    public Set<String> names() {
      return Set.of("echo");
    }

    @Override
    public Set<String> pools() {
      return Set.of("default");
    }
  }

  private static final class Fixed implements Time {
    @Override
    public Instant now() {
      return NOW;
    }

    @Override
    public long nanos() {
      return 0;
    }
  }
}
