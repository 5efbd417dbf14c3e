package io.millrace.ops.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.client.JobRequest;
import java.net.URI;
import org.junit.jupiter.api.Test;

class CurlTourTest {
  private final CurlTour tour = new CurlTour(URI.create("http://127.0.0.1:8080/"), false);

  @Test
  void lines_wholeTour_canBePasted() {
    JobRequest job = JobRequest.of("dataset.profile", "{\"dataset\":\"it's.csv\"}");

    assertThat(tour.lines("demo/trips.csv", "/tmp/my trips.csv", job, "42"))
        .containsExactly(
            "# store the file as a data set",
            "curl -sS -T '/tmp/my trips.csv' http://127.0.0.1:8080/v1/datasets/demo/trips.csv",
            "# submit the job",
            "curl -sS -H 'Content-Type: application/json' -d"
                + " '{\"type\":\"dataset.profile\",\"payload\":{\"dataset\":\"it'\\''s.csv\"}}'"
                + " http://127.0.0.1:8080/v1/jobs",
            "# ask how far it is",
            "curl -sS http://127.0.0.1:8080/v1/jobs/42",
            "# fetch its result",
            "curl -sS http://127.0.0.1:8080/v1/jobs/42/result",
            "# read its log",
            "curl -sS http://127.0.0.1:8080/v1/jobs/42/log");
  }

  @Test
  void lines_withKey_takeItFromTheEnvironment() {
    CurlTour withKey = new CurlTour(URI.create("http://127.0.0.1:8080"), true);
    assertThat(withKey.status("1"))
        .isEqualTo(
            "curl -sS -H \"Authorization: Bearer $MILLRACE_API_KEY\""
                + " http://127.0.0.1:8080/v1/jobs/1");
  }
}
