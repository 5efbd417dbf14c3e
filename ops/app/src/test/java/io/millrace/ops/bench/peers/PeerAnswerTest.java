package io.millrace.ops.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerAnswerTest {
  private static final PeerTask TASK = PeerTask.of(Peer.PG_BOSS, "pick-up", true);

  @Test
  void parse_lastObject_becomesAMeasurement() throws Exception {
    List<String> output =
        List.of(
            "{\"a log line\": 1}",
            "{\"peer\": \"pg-boss\", \"version\": \"12\", \"settings\": \"fast\","
                + " \"case\": \"pick-up\", \"figures\": {\"jobs-per-second\": 7,"
                + " \"submits-per-second@16\": 8.5, \"p99@64\": 1.25, \"start-p50@500\": 0.5}}",
            "");
    assertThat(PeerAnswer.parse(TASK, output))
        .isEqualTo(
            new PeerAnswer(
                "12",
                "fast",
                Measurement.of(
                    "pick-up",
                    "pg-boss",
                    List.of(
                        new Figure("jobs-per-second", "Jobs", Unit.PER_SECOND, 7),
                        new Figure(
                            "submits-per-second@16",
                            "Submissions, 16 callers",
                            Unit.PER_SECOND,
                            8.5),
                        new Figure("p99@64", "Submission p99, 64 callers", Unit.MILLIS, 1.25),
                        new Figure("start-p50@500", "Start p50 at 500/s", Unit.MILLIS, 0.5)))));
  }

  @Test
  void parse_somethingElse_saysWhat() {
    assertLeftOut("", "pg-boss in pick-up printed no result");
    assertLeftOut("{", "pg-boss in pick-up printed what is no JSON: Unexpected end-of-input");
    assertLeftOut(
        "{\"peer\": \"jobrunr\", \"case\": \"drain\"}",
        "pg-boss in pick-up answered for 'jobrunr' in 'drain'");
    assertLeftOut(
        "{\"peer\": \"pg-boss\", \"case\": \"pick-up\", \"figures\": {}}",
        "pg-boss in pick-up told no figures");
    assertLeftOut(
        "{\"peer\": \"pg-boss\", \"case\": \"pick-up\", \"figures\": {\"p50@16\": null}}",
        "pg-boss in pick-up told p50@16 = null");
    assertLeftOut(
        "{\"peer\": \"pg-boss\", \"case\": \"pick-up\", \"figures\": {\"speed\": 1}}",
        "pg-boss in pick-up told speed, which is no figure");
  }

  private static void assertLeftOut(String line, String message) {
    assertThatThrownBy(() -> PeerAnswer.parse(TASK, List.of(line)))
        .isInstanceOf(LeftOutException.class)
        .hasMessageStartingWith(message);
  }
}
