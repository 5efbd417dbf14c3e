package io.millrace.workflow.profile;

import io.millrace.workflow.plan.Work;
import io.millrace.workflow.profile.RunProfile.NodeTime;
import io.millrace.workflow.profile.RunProfile.Step;
import io.millrace.workflow.run.NodeNumbers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Works out where the time of a run went. The path is walked from the run's end back to its
 * beginning, each step from a move to what it came from, which lies before it in the log; so it
 * ends, and its steps lie side by side without a gap. The work grows with the moves, the ways and
 * the tasks, n log n at most.
 */
public final class Profiler {
  private final NodeNumbers numbers;
  private final List<LoggedMove> log;
  private final long begin;
  private final long end;
  private final Lives lives;
  private final Gaps gaps;
  private final Map<Integer, List<TaskTimes>> tasks = new HashMap<>();

  private Profiler(
      NodeNumbers numbers, List<LoggedMove> log, List<TaskTimes> tasks, long begin, long end) {
    this.numbers = numbers;
    this.log = forward(log, begin, end);
    this.begin = begin;
    this.end = end;
    this.lives = new Lives(numbers, this.log);
    this.gaps = new Gaps(this.log, end);
    tasks.forEach(t -> this.tasks.computeIfAbsent(t.node(), _ -> new ArrayList<>()).add(t));
    this.tasks.values().forEach(own -> own.sort(Comparator.comparingLong(TaskTimes::end)));
  }

  /**
   * The profile of a run.
   *
   * @param log its moves, the earliest first; one that was cut at its beginning gives time BETWEEN
   * @param tasks its tasks; the time of those that are missing is BETWEEN
   * @param begin when it was made
   * @param end when it ended, or when it was looked at; not before {@code begin}
   */
  public static RunProfile of(
      NodeNumbers numbers, List<LoggedMove> log, List<TaskTimes> tasks, long begin, long end) {
    return new Profiler(numbers, log, tasks, begin, end).profile();
  }

  /** Transactions that wait for each other may begin in another order than they end in. */
  private static List<LoggedMove> forward(List<LoggedMove> log, long begin, long end) {
    List<LoggedMove> moves = new ArrayList<>(log.size());
    long latest = begin;
    for (LoggedMove logged : log) {
      latest = Math.min(end, Math.max(latest, logged.at()));
      moves.add(new LoggedMove(latest, logged.move()));
    }
    return moves;
  }

  private RunProfile profile() {
    List<Step> path = path();
    Set<Integer> critical = new HashSet<>();
    Parts sum = new Parts();
    for (Step step : path) {
      sum.add(step.parts());
      if (step.node() != null) {
        critical.add(step.node());
      }
    }
    return new RunProfile(begin, end, sum, path, nodes(critical));
  }

  private List<Step> path() {
    List<Step> path = new ArrayList<>();
    int at = last(path);
    while (at >= 0) {
      Life life = lives.at(at);
      int cause;
      if (life == null) {
        cause = lives.causeOfPhase(at);
        add(path, null, time(cause), time(at), cause < 0 ? waited(at) : gap(cause, at));
      } else {
        cause = lives.cause(life);
        add(path, life.node(), time(cause), time(at), parts(life, cause));
      }
      at = cause;
    }
    Collections.reverse(path);
    return path;
  }

  /** Where the path ends: with the run's end, or with what goes on longest. */
  private int last(List<Step> path) {
    Integer ended = lives.end();
    if (ended != null && ended == lastPhase()) {
      add(path, null, time(ended), end, gaps.within(time(ended), end));
      return ended;
    }
    Life longest =
        lives.all().stream()
            .filter(life -> life.last() == null)
            .min(Comparator.comparingInt(Life::first))
            .orElse(null);
    if (longest == null) {
      int latest = log.size() - 1;
      while (latest >= 0 && lives.at(latest) == null && !lives.isPhase(latest)) {
        latest--;
      }
      Parts rest = latest < 0 ? waited(end) : gaps.within(time(latest), end);
      add(path, null, time(latest), end, rest);
      return latest;
    }
    int cause = lives.cause(longest);
    add(path, longest.node(), time(cause), end, parts(longest, cause));
    return cause;
  }

  private int lastPhase() {
    int latest = log.size() - 1;
    while (latest >= 0 && !lives.isPhase(latest)) {
      latest--;
    }
    return latest;
  }

  private static void add(
      List<Step> path, @Nullable Integer node, long from, long to, Parts parts) {
    if (node != null || to > from) {
      path.add(new Step(node, from, to, parts));
    }
  }

  private Parts waited(int until) {
    return waited(time(until));
  }

  private Parts waited(long until) {
    Parts parts = new Parts();
    parts.add(Part.QUEUE, until - begin);
    return parts;
  }

  private Parts gap(int from, int to) {
    return gaps.within(time(from), time(to));
  }

  private long time(int index) {
    return index < 0 ? begin : log.get(index).at();
  }

  /** Of a life, from what let it start. */
  private Parts parts(Life life, int cause) {
    long started = time(life.first());
    Parts parts = gaps.within(time(cause), started);
    Integer last = life.last();
    long until = last == null ? end : time(last);
    Work work = numbers.node(life.node()).work();
    if (work instanceof Work.Signal || work instanceof Work.Sleep || work instanceof Work.Until) {
      parts.add(Part.WAIT, until - started);
    } else {
      parts.add(chain(tasks.getOrDefault(life.node(), List.of()), started, until));
    }
    return parts;
  }

  /** Back from the task that ended last to the one whose end let it start, and so on. */
  private Parts chain(List<TaskTimes> own, long from, long to) {
    Parts parts = new Parts();
    long until = to;
    for (int i = own.size() - 1; i >= 0 && until > from; i--) {
      TaskTimes task = own.get(i);
      boolean first = until == to;
      if (task.begin() >= until || task.end() <= from || (!first && task.end() > until)) {
        continue;
      }
      long ended = Math.min(task.end(), until);
      long begun = Math.max(task.begin(), from);
      parts.add(gaps.within(ended, until));
      parts.add(task.within(begun, ended));
      until = begun;
    }
    parts.add(gaps.within(from, until));
    return parts;
  }

  private Map<Integer, NodeTime> nodes(Set<Integer> critical) {
    Map<Integer, List<Life>> byNode = new HashMap<>();
    lives.all().forEach(l -> byNode.computeIfAbsent(l.node(), _ -> new ArrayList<>()).add(l));
    Map<Integer, NodeTime> nodes = new HashMap<>();
    byNode.forEach((node, own) -> nodes.put(node, node(node, own, critical.contains(node))));
    return nodes;
  }

  private NodeTime node(int node, List<Life> own, boolean critical) {
    Parts parts = new Parts();
    own.forEach(life -> parts.add(parts(life, lives.cause(life))));
    Parts all = new Parts();
    tasks.getOrDefault(node, List.of()).forEach(task -> all.add(task.all()));
    Integer last = own.getLast().last();
    return new NodeTime(
        time(own.getFirst().first()), last == null ? null : time(last), parts, all, critical);
  }
}
