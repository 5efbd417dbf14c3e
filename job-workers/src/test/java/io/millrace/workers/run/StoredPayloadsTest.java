package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.store.ArtifactStore.Kept;
import io.millrace.workers.handler.JobFailedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StoredPayloadsTest {
  private static final String MARKED =
      "{\"rows\":{\"$artifact\":\"h\",\"bytes\":3},\"n\":1.2345678901234567891}";

  @Test
  void whole_jobOfNoRun_isNotLookedAt() throws Exception {
    StoredPayloads payloads = new StoredPayloads(StoredPayloadsTest::unreachable);
    assertThat(payloads.whole(job(MARKED, false))).isEqualTo(MARKED);
  }

  @Test
  void whole_noMark_isNotLookedUp() throws Exception {
    StoredPayloads payloads = new StoredPayloads(StoredPayloadsTest::unreachable);
    assertThat(payloads.whole(job("{\"n\":1}", true))).isEqualTo("{\"n\":1}");
  }

  @Test
  void whole_fieldKeptBeside_isPutBackAsItWas() throws Exception {
    String content = "[1.0, 2e3]";
    StoredPayloads payloads = kept(new Kept("rows", hash(content), content));
    assertThat(payloads.whole(job(MARKED, true)))
        .isEqualTo("{\"rows\":[1.0, 2e3],\"n\":1.2345678901234567891}");
  }

  @Test
  void whole_markThatACallerSent_staysAValue() throws Exception {
    assertThat(kept().whole(job(MARKED, true))).isEqualTo(MARKED);
  }

  @Test
  void whole_artifactThatIsGone_failsForGood() {
    JobFailedException failure = failure(kept(new Kept("rows", "abc", null)));
    assertThat(failure).hasMessageContaining("abc").hasMessageContaining("rows");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void whole_artifactThatHasChanged_failsForGood() {
    JobFailedException failure = failure(kept(new Kept("rows", hash("[1]"), "[2]")));
    assertThat(failure).hasMessageContaining("not what was stored");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void whole_databaseAway_mayBeTriedAgain() {
    JobFailedException failure = failure(new StoredPayloads(StoredPayloadsTest::unreachable));
    assertThat(failure.kind()).isEqualTo(ErrorKind.DEPENDENCY);
    assertThat(failure.retryable()).isTrue();
  }

  private static JobFailedException failure(StoredPayloads payloads) {
    return catchThrowableOfType(JobFailedException.class, () -> payloads.whole(job(MARKED, true)));
  }

  private static StoredPayloads kept(Kept... fields) {
    return new StoredPayloads(job -> List.of(fields));
  }

  private static List<Kept> unreachable(UUID job) throws SQLException {
    throw new SQLException("nobody answers");
  }

  private static ClaimedJob job(String payload, boolean inRun) {
    return new ClaimedJob(
        new UUID(1, 2),
        "t",
        "echo",
        1,
        1,
        0,
        3,
        60_000,
        null,
        null,
        0,
        payload,
        null,
        inRun,
        false);
  }

  private static String hash(String content) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(content.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
