package io.millrace.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.model.JobState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListQueryTest {
  private static final String ID = "0198c1de-6f00-7abc-8def-0123456789ab";

  @Test
  void of_nothing_listsEverything() {
    ListQuery query = ListQuery.of(Map.of());
    assertThat(query.filter().state()).isNull();
    assertThat(query.filter().labels()).isNull();
    assertThat(query.after()).isNull();
    assertThat(query.limit()).isEqualTo(50);
    assertThat(query.pathAfter(UUID.fromString(ID))).isEqualTo("/v1/jobs?after=" + ID);
  }

  @Test
  void of_everything_isKeptAndLinked() {
    Map<String, String[]> all = new LinkedHashMap<>();
    all.put("state", new String[] {"failed"});
    all.put("label", new String[] {"b:x y", "a:1:2"});
    all.put("after", new String[] {ID});
    all.put("limit", new String[] {"100"});
    ListQuery query = ListQuery.of(all);
    assertThat(query.filter().state()).isEqualTo(JobState.FAILED);
    assertThat(query.filter().labels()).isEqualTo("{\"a\":\"1:2\",\"b\":\"x y\"}");
    assertThat(query.after()).isEqualTo(UUID.fromString(ID));
    assertThat(query.limit()).isEqualTo(100);
    assertThat(query.pathAfter(UUID.fromString(ID)))
        .isEqualTo("/v1/jobs?label=b%3Ax+y&label=a%3A1%3A2&limit=100&state=failed&after=" + ID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "state | lost | state must be one of BLOCKED, SCHEDULED",
        "label | customer | label must be name:value",
        "label | Customer:7 | label must be name:value",
        "after | 7 | after must be the id of a job",
        "limit | 0 | limit must be an integer, 1 to 100",
        "limit | 101 | limit must be an integer, 1 to 100",
        "limit | ten | limit must be an integer, 1 to 100",
        "limit | 99999999999 | limit must be an integer, 1 to 100",
        "sort | asc | no such parameter; known are state, type, label, pool, after, limit",
      })
  void of_fault_isNamed(String name, String value, String words) {
    assertThat(refusal(Map.of(name, new String[] {value})).errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.pointer()).isEqualTo("?" + name);
              assertThat(error.detail()).contains(words);
            });
  }

  @Test
  void of_severalFaults_areAllNamed() {
    assertThat(
            refusal(
                    Map.of(
                        "limit", new String[] {"x"},
                        "pool", new String[] {"a", "b"},
                        "label", new String[] {"a:1", "a:2"}))
                .errors())
        .extracting(Problem.Fault::pointer)
        .containsExactlyInAnyOrder("?limit", "?pool", "?label");
  }

  private static ProblemException refusal(Map<String, String[]> parameters) {
    return catchThrowableOfType(ProblemException.class, () -> ListQuery.of(parameters));
  }
}
