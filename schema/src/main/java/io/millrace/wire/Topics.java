package io.millrace.wire;

import io.millrace.model.Limits;
import io.millrace.model.Priority;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Names of topics and groups. */
public final class Topics {
  /** Where a starting worker proves that share groups work; see {@code GroupCheck}. */
  public static final String CANARY = "millrace.canary";

  /** Every event of every job's log, for whoever wants it; see {@link EventMessage}. */
  public static final String EVENTS = "millrace.events";

  /**
   * Which jobs have just got new events, for the streams of this installation's own API processes;
   * see {@link HintMessage}.
   */
  public static final String HINTS = "millrace.hints";

  /** Asked for with every pointer; pools are few, and bounded by what operators configure. */
  private static final Map<String, List<String>> JOBS = new ConcurrentHashMap<>();

  private Topics() {}

  /**
   * The topic that announces the jobs of one pool and priority.
   *
   * @throws IllegalArgumentException when the pool's name is not one (see {@link
   *     Limits#POOL_PATTERN})
   */
  public static String jobs(String pool, Priority priority) {
    return jobs(pool).get(priority.ordinal());
  }

  /** All topics of a pool, the most urgent first. */
  public static List<String> jobs(String pool) {
    return JOBS.computeIfAbsent(
        pool,
        name ->
            Arrays.stream(Priority.values())
                .map(priority -> "millrace.jobs." + checked(name) + "." + priority.wireName())
                .toList());
  }

  /**
   * The share group of the workers on one topic. Without a colon, which makes consumers hang
   * (KAFKA-20183).
   */
  public static String group(String pool, Priority priority) {
    return "millrace." + checked(pool) + "." + priority.wireName();
  }

  /** The share groups of all topics of a pool. */
  public static List<String> groups(String pool) {
    return Arrays.stream(Priority.values()).map(priority -> group(pool, priority)).toList();
  }

  private static String checked(String pool) {
    if (!pool.matches(Limits.POOL_PATTERN)) {
      throw new IllegalArgumentException(
          "pool name \"" + pool + "\" does not match " + Limits.POOL_PATTERN);
    }
    return pool;
  }
}
