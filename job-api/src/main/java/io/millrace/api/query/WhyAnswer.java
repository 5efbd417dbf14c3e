package io.millrace.api.query;

import io.millrace.model.JobFacts.Hold;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a job is where it is.
 *
 * @param code for programs; its meaning never changes
 * @param sentence for people
 * @param since when it came to be so, where that is known
 * @param position in what it waits in
 * @param startsAt about when it will start at the latest, going by how fast its queue drains
 * @param nextAt when something is to happen: its next attempt, or a start that a rate allows
 * @param limits that apply to a BLOCKED job, those that hold it first
 * @param worker who runs it
 * @param silentMillis since the last beat of that worker, or of the liveliest that serves its pool
 */
public record WhyAnswer(
    Code code,
    String sentence,
    @Nullable Instant since,
    @Nullable Position position,
    @Nullable Instant startsAt,
    @Nullable Instant nextAt,
    List<Hold> limits,
    @Nullable String worker,
    @Nullable Long silentMillis) {

  /** Jobs before it: exact when both are equal, else bounds. */
  public record Position(long atLeast, long atMost) {}

  /** What can be said of a job. */
  public enum Code {
    QUEUED,
    IN_BACKLOG,
    NO_WORKER,
    WORKERS_SILENT,
    NOT_ANNOUNCED,
    LIMIT_MADE_SINCE,
    LIMIT_RUNNING,
    LIMIT_RATE,
    LIMIT_ZERO,
    LIMIT_TURN,
    QUARANTINE,
    BLOCKED,
    START_TIME,
    RETRY_DELAY,
    HANDED_BACK,
    RUNNING,
    WORKER_SILENT,
    WORKER_DEAD,
    CANCEL_REQUESTED,
    OPERATOR_MUST_DECIDE,
    WAITING,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    SKIPPED
  }

  static WhyAnswer of(Code code, String sentence) {
    return new WhyAnswer(code, sentence, null, null, null, null, List.of(), null, null);
  }

  WhyAnswer since(@Nullable Instant when) {
    return new WhyAnswer(
        code, sentence, when, position, startsAt, nextAt, limits, worker, silentMillis);
  }

  WhyAnswer at(@Nullable Position place, @Nullable Instant start) {
    return new WhyAnswer(code, sentence, since, place, start, nextAt, limits, worker, silentMillis);
  }

  WhyAnswer next(@Nullable Instant when) {
    return new WhyAnswer(
        code, sentence, since, position, startsAt, when, limits, worker, silentMillis);
  }

  WhyAnswer under(List<Hold> holds) {
    return new WhyAnswer(
        code, sentence, since, position, startsAt, nextAt, holds, worker, silentMillis);
  }

  WhyAnswer by(@Nullable String name, @Nullable Long silent) {
    return new WhyAnswer(code, sentence, since, position, startsAt, nextAt, limits, name, silent);
  }
}
