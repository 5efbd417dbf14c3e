package io.millrace.ops.client;

import java.time.Duration;

/**
 * Follows one job to its end by asking again and again, first quickly, then twice a second. A
 * server that is gone for a while is part of a durable service's life: it is asked again, a bounded
 * number of times in a row.
 */
public final class JobWatch {
  /** Failed calls in a row after which the watch gives up: about a minute. */
  public static final int MAX_MISSES = 60;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(40);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final MillraceClient client;
  private final Pause pause;

  /** What a watch tells while it lasts. */
  public interface Listener {
    /** The job as it is now. */
    void status(JobStatus job);

    /** The server did not answer or said "not now"; the watch goes on. */
    void missed(ClientException failure);
  }

  public JobWatch(MillraceClient client, Pause pause) {
    this.client = client;
    this.pause = pause;
  }

  /**
   * Returns when the job is in a final state. The first call must succeed: a server that was never
   * there is not one that is gone for a while.
   *
   * @return the last status
   * @throws ClientException when the server refuses for good or does not come back
   */
  public JobStatus untilFinal(String id, Listener listener)
      throws ClientException, InterruptedException {
    Duration wait = FIRST_PAUSE;
    boolean seen = false;
    int misses = 0;
    while (true) {
      try {
        JobStatus job = client.status(id);
        seen = true;
        misses = 0;
        listener.status(job);
        if (job.isFinal()) {
          return job;
        }
      } catch (ClientException e) {
        misses++;
        if (!seen || misses >= MAX_MISSES || !isPassing(e)) {
          throw e;
        }
        listener.missed(e);
      }
      pause.of(wait);
      Duration longer = wait.multipliedBy(2);
      wait = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }
  }

  private static boolean isPassing(ClientException failure) {
    return switch (failure) {
      case ServerUnreachableException _ -> true;
      case ServerRefusedException e -> e.isPassing();
    };
  }
}
