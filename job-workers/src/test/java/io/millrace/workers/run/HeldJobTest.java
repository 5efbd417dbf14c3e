package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.workers.complete.ClaimBatch;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What a worker holds in memory for a job that it has claimed and that waits for its thread. */
class HeldJobTest {
  private static final int JOBS = 20_000;
  private static final int BATCH = 500;

  /** Half a line of JSON; a longer payload takes as many bytes more as it has. */
  private static final String PAYLOAD = "{\"text\":\"" + "x".repeat(190) + "\"}";

  @Test
  void claimedJob_notStarted_holdsAtMostTwoKilobytes() {
    Set<Attempt> running = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>(JOBS);
    Slots slots = new Slots(JOBS);
    long before = heap();

    ClaimBatch batch = new ClaimBatch(7, 1, BATCH);
    for (int i = 0; i < JOBS; i++) {
      if (i % BATCH == 0) {
        batch = new ClaimBatch(7, i, BATCH);
      }
      ClaimedJob job = job(i);
      Attempt attempt = new Attempt(job, batch, slots, Tracing.continued(job));
      running.add(attempt);
      threads.add(Thread.ofVirtual().unstarted(() -> running.remove(attempt)));
    }

    long each = (heap() - before) / JOBS;
    Reference.reachabilityFence(threads);
    assertThat(running).hasSize(JOBS);
    assertThat(each).isBetween(200L, 2_000L);
  }

  /** Each column of each row is an object of its own, as the driver makes them. */
  private static ClaimedJob job(int number) {
    return new ClaimedJob(
        new UUID(1, number),
        new String("default".toCharArray()),
        new String("echo".toCharArray()),
        7,
        1,
        0,
        3,
        60_000,
        null,
        null,
        number,
        new String(PAYLOAD.toCharArray()),
        null);
  }

  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
