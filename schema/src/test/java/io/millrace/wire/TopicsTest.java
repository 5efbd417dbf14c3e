package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.model.Priority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  @Test
  void jobs_aPool_namesOneTopicPerPriorityMostUrgentFirst() {
    assertThat(Topics.jobs("cpu"))
        .containsExactly(
            "millrace.jobs.cpu.critical",
            "millrace.jobs.cpu.high",
            "millrace.jobs.cpu.normal",
            "millrace.jobs.cpu.low");
  }

  @Test
  void groups_aPool_namesOneGroupPerTopicWithoutAColon() {
    assertThat(Topics.groups("cpu"))
        .containsExactly(
            "millrace.cpu.critical", "millrace.cpu.high", "millrace.cpu.normal", "millrace.cpu.low")
        .noneMatch(group -> group.contains(":"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a-1", "abcdefghijklmnopqrstuvwxyz012345"})
  void jobs_poolAtTheEdges_isNamed(String pool) {
    assertThat(Topics.jobs(pool, Priority.LOW)).isEqualTo("millrace.jobs." + pool + ".low");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "1a",
        "-a",
        "a.b",
        "a:b",
        "a b",
        "a\n",
        "ä",
        "../a",
        "abcdefghijklmnopqrstuvwxyz0123456"
      })
  void jobs_badPool_isRefused(String pool) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topics.jobs(pool, Priority.NORMAL))
        .withMessageContaining("does not match");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Topics.group(pool, Priority.NORMAL))
        .withMessageContaining("does not match");
  }
}
