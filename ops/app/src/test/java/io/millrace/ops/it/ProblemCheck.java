package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What every refusal must be: a problem document (RFC 9457) that gives nothing away. */
final class ProblemCheck {
  /** Class and package names, stack traces, folders of this machine. */
  private static final List<String> LEAKS =
      List.of(
          "io.millrace",
          "org.springframework",
          "org.apache",
          "tools.jackson",
          "java.",
          "Exception",
          "\tat ",
          "/tmp",
          "/home",
          "/root",
          "Tomcat");

  private ProblemCheck() {}

  /** Checks the answer and returns its document. */
  static JsonNode problem(HttpResponse<String> answer, int status, String slug) {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    return problem(answer.statusCode(), type, answer.body(), status, slug);
  }

  static JsonNode problem(int gotStatus, String gotType, String gotBody, int status, String slug) {
    assertThat(gotStatus).as(gotBody).isEqualTo(status);
    assertThat(gotType).as(gotBody).startsWith("application/problem+json");
    assertNoLeak(gotBody);
    JsonNode problem = Jobs.parse(gotBody);
    assertThat(problem.path("type").asString()).endsWith("/problems/" + slug);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asString()).isNotBlank();
    assertThat(problem.path("detail").asString()).isNotBlank();
    return problem;
  }

  /** Checks that the document blames this field in these words. */
  static void blames(JsonNode problem, String pointer, String words) {
    assertThat(problem.path("errors").valueStream())
        .as(problem.toString())
        .anySatisfy(
            error -> {
              assertThat(error.path("pointer").asString()).isEqualTo(pointer);
              assertThat(error.path("detail").asString()).contains(words);
            });
  }

  static void assertNoLeak(String body) {
    LEAKS.forEach(leak -> assertThat(body).doesNotContain(leak));
  }
}
