package io.millrace.workers.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobSnoozedException;
import io.millrace.workers.handler.JobStoppedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class TrialHandlersTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void echo_value_comesBack() {
    EchoPayload payload = JSON.readValue("{\"value\":{\"a\":[1,null]}}", EchoPayload.class);

    assertThat(new EchoHandler().run(payload, new RecordedContext())).isSameAs(payload.value());
    assertThat(payload.value()).hasToString("{\"a\":[1,null]}");
  }

  @Test
  void echo_nothing_givesNull() {
    EchoPayload payload = JSON.readValue("{}", EchoPayload.class);

    assertThat(new EchoHandler().run(payload, new RecordedContext())).isNull();
  }

  @Test
  void sleep_steps_reportsEach() throws Exception {
    var context = new RecordedContext();

    Object result = new SleepHandler().run(payload(10, 4), context);

    assertThat(result).isEqualTo(Map.of("sleptMillis", 10L, "steps", 4, "resumedAfter", 0));
    assertThat(context.progress)
        .containsExactly(
            "0.25 step 1 of 4", "0.5 step 2 of 4", "0.75 step 3 of 4", "1.0 step 4 of 4");
  }

  @Test
  void sleep_interrupted_stops() throws Exception {
    var stopped = new CompletableFuture<Throwable>();
    Thread sleeper =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    new SleepHandler()
                        .run(payload(SleepPayload.MAX_MILLIS, null), new RecordedContext());
                  } catch (Throwable e) {
                    stopped.complete(e);
                  }
                });

    sleeper.interrupt();

    assertThat(stopped.get(5, TimeUnit.SECONDS)).isInstanceOf(JobStoppedException.class);
  }

  @Test
  void sleep_cancelled_stopsBetweenSteps() {
    var context = new RecordedContext();
    context.cancel();

    assertThatThrownBy(() -> new SleepHandler().run(payload(0, null), context))
        .isInstanceOf(JobStoppedException.class);
  }

  @Test
  void sleep_outOfRange_isBadPayload() {
    assertThat(sleepFailure(payload(86_400_001, null))).hasMessage("millis must be 0 to 86400000");
    assertThat(sleepFailure(payload(0, 1_001))).hasMessage("steps must be 1 to 1000");
    assertThat(sleepFailure(payload(-1, 1)).kind()).isEqualTo(ErrorKind.BAD_PAYLOAD);
  }

  @Test
  void fail_empty_failsAsHandler() {
    JobFailedException failure = failure("{}", 1);

    assertThat(failure.kind()).isEqualTo(ErrorKind.HANDLER);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure).hasMessage("failed as the payload asks");
  }

  @Test
  void fail_everythingSaid_isObeyed() {
    JobFailedException failure =
        failure("{\"kind\":\"BUG\",\"message\":\"boom\",\"retryable\":true}", 1);

    assertThat(failure.kind()).isEqualTo(ErrorKind.BUG);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure).hasMessage("boom");
  }

  @Test
  void fail_afterFailAttempts_succeeds() throws Exception {
    FailPayload payload = JSON.readValue("{\"failAttempts\":2}", FailPayload.class);

    assertThat(failure("{\"failAttempts\":2}", 2)).isNotNull();
    assertThat(new FailHandler().run(payload, new RecordedContext(3)))
        .isEqualTo(Map.of("attempt", 3));
  }

  @Test
  void sleep_checkpoint_goesOnAfterTheLastStepSaved() throws Exception {
    var context = new RecordedContext(2);
    context.checkpoint = new SleepHandler.Done(2);

    Object result = new SleepHandler().run(new SleepPayload(4, 4, true, true, null), context);

    assertThat(result).isEqualTo(Map.of("sleptMillis", 4L, "steps", 4, "resumedAfter", 2));
    assertThat(context.output).containsExactly(Map.of("step", 3), Map.of("step", 4));
    assertThat(context.checkpoint).isEqualTo(new SleepHandler.Done(4));
  }

  @Test
  void fail_retryAfter_saysWhen() {
    JobFailedException failure = failure("{\"kind\":\"BUG\",\"retryAfterMillis\":250}", 1);

    assertThat(failure.delay()).isEqualTo(Duration.ofMillis(250));
    assertThat(failure.retryable()).isTrue();
  }

  @Test
  void fail_snooze_isNoFailure() {
    FailPayload payload = JSON.readValue("{\"snoozeMillis\":250}", FailPayload.class);

    assertThatThrownBy(() -> new FailHandler().run(payload, new RecordedContext(1)))
        .isInstanceOfSatisfying(
            JobSnoozedException.class,
            snooze ->
                assertThat(snooze.delayFrom(Instant.EPOCH)).isEqualTo(Duration.ofMillis(250)));
  }

  private static SleepPayload payload(long millis, @Nullable Integer steps) {
    return new SleepPayload(millis, steps, null, null, null);
  }

  private static JobFailedException sleepFailure(SleepPayload payload) {
    return catchThrowableOfType(
        JobFailedException.class, () -> new SleepHandler().run(payload, new RecordedContext()));
  }

  private static JobFailedException failure(String json, int attempt) {
    FailPayload payload = JSON.readValue(json, FailPayload.class);
    return catchThrowableOfType(
        JobFailedException.class,
        () -> new FailHandler().run(payload, new RecordedContext(attempt)));
  }
}
