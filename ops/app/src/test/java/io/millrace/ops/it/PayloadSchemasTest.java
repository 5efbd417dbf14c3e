package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.admission.PayloadValidator;
import io.millrace.dataset.DatasetRoot;
import io.millrace.dataset.TenantDatasets;
import io.millrace.document.FieldError;
import io.millrace.model.JobType;
import io.millrace.workers.analysis.DatasetColumnsHandler;
import io.millrace.workers.analysis.DatasetProfileHandler;
import io.millrace.workers.analysis.DatasetRankHandler;
import io.millrace.workers.analysis.DatasetScoreHandler;
import io.millrace.workers.handlers.EchoHandler;
import io.millrace.workers.handlers.FailHandler;
import io.millrace.workers.handlers.SleepHandler;
import io.millrace.workers.handlers.http.HttpRequestHandler;
import io.millrace.workers.handlers.http.HttpRequestSettings;
import io.millrace.workers.run.HandlerRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.json.JsonMapper;

/** What the workers' handlers announce is what the API's validator can check payloads by. */
class PayloadSchemasTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final PayloadValidator VALIDATOR = new PayloadValidator();

  private static final TenantDatasets NO_DATASETS =
      new TenantDatasets(new DatasetRoot(Path.of("none")), "none");

  private static final Map<String, JobType> TYPES =
      new HandlerRegistry(
              List.of(
                  new EchoHandler(),
                  new SleepHandler(),
                  new FailHandler(),
                  new DatasetProfileHandler(new PGSimpleDataSource(), NO_DATASETS, () -> 0),
                  new DatasetColumnsHandler(NO_DATASETS),
                  new DatasetScoreHandler(NO_DATASETS),
                  new DatasetRankHandler(),
                  new HttpRequestHandler(HttpRequestSettings.NONE)))
          .types().stream()
              .collect(Collectors.toUnmodifiableMap(JobType::name, Function.identity()));

  /** {@link BadInputIT} holds the list of a running worker against the same names. */
  @Test
  void types_areThoseOfAWorker() {
    assertThat(TYPES.keySet())
        .containsExactlyInAnyOrder(
            "dataset.columns",
            "dataset.profile",
            "dataset.rank",
            "dataset.score",
            "echo",
            "fail",
            "http.request",
            "sleep");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "echo | {}",
        "echo | {'value':[1,{'a':null}]}",
        "sleep | {'millis':86400000,'steps':1000}",
        "fail | {'kind':'BUG','message':'m','retryable':true,'failAttempts':100}",
        "dataset.profile | {'dataset':'a/b.csv.gz'}",
        "dataset.profile | {'dataset':'a','format':null,'delimiter':';','header':true,"
            + "'encoding':'UTF-8','topValues':100,'histogramBins':1,'maxBadRowShare':0.5}",
        "dataset.columns | {'dataset':'a/b.csv.gz'}",
        "dataset.score | {'dataset':'a','column':'any name, äöü'}",
        "dataset.rank | {'scores':[null,{'column':'a','type':'integer','rows':3,'badRows':0,"
            + "'nulls':1,'distinct':2,'completeness':0.5,'consistency':1.0,'score':0.5}]}",
        "http.request | {'url':'https://example.org/x?y=1'}",
        "http.request | {'url':'HTTPS://example.org','method':'POST','headers':{'X-A':'b'},"
            + "'body':{'a':1},'expectedStatus':[204,'3xx']}",
      })
  void schema_acceptsAGoodPayload(String type, String payload) {
    assertThat(faults(type, payload)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "echo | {'valeu':1} | #/payload/valeu | did you mean value?",
        "sleep | {'millis':1.5} | #/payload/millis | must be an integer, not a number",
        "sleep | {'millis':86400001} | #/payload/millis | must be at most 86400000",
        "fail | {'failAttempts':101} | #/payload/failAttempts | must be at most 100",
        "dataset.profile | {} | #/payload/dataset | is required",
        "dataset.profile | {'dataset':'a/../b'} | #/payload/dataset | required form",
        "dataset.profile | {'dataset':'a','delimiter':';;'} | #/payload/delimiter | required form",
        "dataset.profile | {'dataset':'a','format':'xml'} | #/payload/format | csv, ndjson, null",
        "dataset.profile | {'dataset':'a','topValues':0} | #/payload/topValues | at least 1",
        "dataset.score | {'dataset':'a'} | #/payload/column | is required",
        "dataset.rank | {'scores':[1]} | #/payload/scores/0 | must be",
        "http.request | {'url':'ftp://example.org'} | #/payload/url | required form",
        "http.request | {'url':'https://a.org','headers':{'Host':'b'}} | #/payload/headers/Host |"
            + " not allowed as a name",
        "http.request | {'url':'https://a.org','body':'b'} | #/payload/body | not allowed with",
        "http.request | {'url':'https://a.org','expectedStatus':['9xx']} |"
            + " #/payload/expectedStatus/0 | forms",
      })
  void schema_refusesABadPayloadByPointer(
      String type, String payload, String pointer, String words) {
    assertThat(faults(type, payload))
        .anySatisfy(
            fault -> {
              assertThat(fault.pointer()).isEqualTo(pointer);
              assertThat(fault.detail()).contains(words);
            });
  }

  private static List<FieldError> faults(String type, String payload) {
    JobType known = Objects.requireNonNull(TYPES.get(type));
    return VALIDATOR.validate(known.payloadSchema(), JSON.readTree(payload.replace('\'', '"')));
  }
}
