package io.millrace.ops.bench.soak;

import io.millrace.ops.bench.cases.Rig;
import io.millrace.ops.bench.load.Answers;
import io.millrace.ops.bench.load.Requests;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The submissions of a soak, twenty in turn: 16 echo, 2 that sleep, 1 that fails once and then
 * succeeds, 1 that fails in both its attempts. Sent and told by one thread, counted for any.
 */
final class SoakMix implements Requests, Answers {
  private static final int CYCLE = 20;
  private static final int DOOMED = 19;

  private static final byte[] ECHO = Requests.post(Rig.JOBS, Rig.ECHO);
  private static final byte[] SLEEP =
      Requests.post(Rig.JOBS, "{\"type\":\"sleep\",\"payload\":{\"millis\":200}}");
  private static final byte[] FAIL_ONCE =
      Requests.post(
          Rig.JOBS,
          "{\"type\":\"fail\",\"payload\":{\"failAttempts\":1,\"retryAfterMillis\":500}}");
  private static final byte[] FAIL =
      Requests.post(
          Rig.JOBS, "{\"type\":\"fail\",\"maxAttempts\":2,\"payload\":{\"retryAfterMillis\":500}}");

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();

  @Override
  public byte[] next() {
    return switch ((int) (sent.getAndIncrement() % CYCLE)) {
      case 6, 13 -> SLEEP;
      case 16 -> FAIL_ONCE;
      case DOOMED -> FAIL;
      default -> ECHO;
    };
  }

  @Override
  public void answered(int status, long sentMicros, byte[] body, int length) {
    if (status / 100 == 2) {
      accepted.incrementAndGet();
    }
  }

  /** Submissions accepted so far. */
  long accepted() {
    return accepted.get();
  }

  /** Submissions sent so far whose jobs must end as FAILED. */
  long doomed() {
    return sent.get() / CYCLE;
  }
}
