package io.millrace.api.query;

import io.millrace.api.query.WhyAnswer.Code;
import io.millrace.api.query.WhyAnswer.Position;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobFacts;
import io.millrace.model.JobFacts.Hold;
import io.millrace.model.JobFacts.Queue;
import io.millrace.model.JobFacts.Runner;
import io.millrace.model.JobView;
import io.millrace.model.RunLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Turns what is known about a job into a code and a sentence; pure. */
public final class Why {
  /** Silence of a worker worth telling: more than the default lease. */
  static final Duration SILENT = Duration.ofSeconds(15);

  /** How long an announcement may be overdue before it is worth telling. */
  private static final Duration OVERDUE = Duration.ofSeconds(1);

  private Why() {}

  /**
   * Explains a job.
   *
   * @param perSecond how fast its queue drains, if that is known
   */
  public static WhyAnswer of(JobView job, JobFacts facts, OptionalDouble perSecond) {
    return switch (job.state()) {
      case READY -> ready(job, facts.queue(), perSecond);
      case BLOCKED -> blocked(job, facts);
      case SCHEDULED -> scheduled(job);
      case RUNNING -> running(job, facts.runner());
      case WAITING -> waiting(job);
      case SUCCEEDED ->
          WhyAnswer.of(Code.SUCCEEDED, "It succeeded in attempt " + job.attempt() + ".")
              .since(job.finishedAt());
      case FAILED ->
          WhyAnswer.of(Code.FAILED, "It failed: " + error(job) + ".").since(job.finishedAt());
      case CANCELLED ->
          WhyAnswer.of(Code.CANCELLED, "It was cancelled" + reason(job) + ".")
              .since(job.finishedAt());
      case SKIPPED ->
          WhyAnswer.of(Code.SKIPPED, "A condition of its workflow said no.")
              .since(job.finishedAt());
    };
  }

  private static WhyAnswer ready(JobView job, @Nullable Queue queue, OptionalDouble perSecond) {
    if (queue == null) {
      return WhyAnswer.of(Code.QUEUED, "It waits for a worker.");
    }
    if (queue.workers() == 0) {
      String others =
          queue.draining() > 0 ? "; %s stopping".formatted(are(queue.draining(), "worker")) : "";
      return WhyAnswer.of(
          Code.NO_WORKER, "No live worker serves the pool %s%s.".formatted(job.pool(), others));
    }
    Long silent = queue.silentMillis();
    if (silent != null && silent > SILENT.toMillis()) {
      return WhyAnswer.of(
              Code.WORKERS_SILENT,
              "No worker of the pool %s has been heard of for %s."
                  .formatted(job.pool(), span(silent)))
          .by(null, silent);
    }
    Long overdue = queue.unannouncedMillis();
    if (overdue != null && overdue > OVERDUE.toMillis()) {
      return WhyAnswer.of(
          Code.NOT_ANNOUNCED,
          "Kafka has not taken its announcement yet, overdue for %s.".formatted(span(overdue)));
    }
    if (queue.limitedSince()) {
      return WhyAnswer.of(
          Code.LIMIT_MADE_SINCE,
          "A limit that was made after it became ready applies to it; a worker will send it to wait"
              + " for a place.");
    }
    return queued(job, queue, perSecond);
  }

  private static WhyAnswer queued(JobView job, Queue queue, OptionalDouble perSecond) {
    long announced = Math.max(0, queue.ready() - queue.held());
    Long place = queue.backlogPlace();
    Position position =
        place != null
            ? new Position(announced + place, Math.max(announced + place, queue.ready() - 1))
            : new Position(0, Math.max(0, announced - 1));
    Instant start =
        perSecond.isPresent()
            ? job.asOf().plusMillis((long) (position.atMost() * 1000 / perSecond.getAsDouble()))
            : null;
    String before =
        position.atLeast() == position.atMost()
            ? jobs(position.atMost())
            : position.atLeast() == 0
                ? "at most " + jobs(position.atMost())
                : "%d to %s".formatted(position.atLeast(), jobs(position.atMost()));
    String about =
        start == null
            ? ""
            : "; it should start within %s".formatted(span(between(job.asOf(), start)));
    String where =
        place != null
            ? "It waits for its tenant's turn in the backlog of the pool %s: %s before it%s."
            : "It waits for a worker of the pool %s: %s before it%s.";
    return WhyAnswer.of(
            place != null ? Code.IN_BACKLOG : Code.QUEUED,
            where.formatted(job.pool(), before, about))
        .at(position, start);
  }

  private static WhyAnswer blocked(JobView job, JobFacts facts) {
    if (facts.lane() != null) {
      return WhyAnswer.of(
              Code.QUARANTINE,
              "%d workers died while they ran it, so it waits to be run alone: %s before it."
                  .formatted(job.details().crashes(), jobs(facts.lane())))
          .at(new Position(facts.lane(), facts.lane()), null);
    }
    List<Hold> holds =
        facts.limits().stream()
            .sorted(Comparator.comparing((Hold hold) -> !hold.isFull() && !hold.isUsedUp()))
            .toList();
    Integer before = facts.waiting();
    if (before == null) {
      return WhyAnswer.of(Code.BLOCKED, "It waits for something that is about to change.")
          .under(holds);
    }
    long atMost = before == JobFacts.MOST_COUNTED ? Long.MAX_VALUE : before;
    return underLimit(job, holds)
        .under(holds)
        .at(atMost == Long.MAX_VALUE ? null : new Position(before, atMost), null);
  }

  private static WhyAnswer underLimit(JobView job, List<Hold> holds) {
    for (Hold hold : holds) {
      RunLimit limit = hold.limit();
      if (limit.maxRunning() != null && limit.maxRunning() == 0) {
        return WhyAnswer.of(
            Code.LIMIT_ZERO, "Nothing of %s may run: its limit is 0.".formatted(name(limit)));
      }
      if (hold.isFull()) {
        return WhyAnswer.of(
            Code.LIMIT_RUNNING,
            "All places of %s are taken: %d of %d."
                .formatted(name(limit), hold.running(), limit.maxRunning()));
      }
      if (hold.isUsedUp()) {
        Long millis = hold.nextStartMillis();
        String next = millis == null ? "" : "; the next may start in " + span(Math.max(0, millis));
        return WhyAnswer.of(
                Code.LIMIT_RATE,
                "All %d starts of %s in %s are used up%s."
                    .formatted(
                        limit.rateStarts(),
                        name(limit),
                        span(Objects.requireNonNullElse(limit.rateMillis(), 0L)),
                        next))
            .next(millis == null ? null : job.asOf().plusMillis(Math.max(0, millis)));
      }
    }
    return WhyAnswer.of(
        Code.LIMIT_TURN,
        holds.isEmpty()
            ? "No limit applies to it any more; it is about to become ready."
            : "A place under its limits is free; it is about to have its turn.");
  }

  private static WhyAnswer scheduled(JobView job) {
    Instant at = job.details().runAt();
    String when = at == null ? "" : " at " + at + ", " + until(job.asOf(), at);
    JobError error = job.error();
    if (job.attempt() == 0) {
      return WhyAnswer.of(Code.START_TIME, "It is to start%s.".formatted(when)).next(at);
    }
    if (error != null && error.attempt() == job.attempt()) {
      return WhyAnswer.of(
              Code.RETRY_DELAY,
              "Attempt %d failed (%s); the next starts%s. Failures so far: %d of %d."
                  .formatted(
                      job.attempt(),
                      error.kind() + ", " + error.message(),
                      when,
                      job.failures(),
                      job.maxAttempts()))
          .next(at);
    }
    return WhyAnswer.of(
            Code.HANDED_BACK,
            "Its latest attempt was put off without counting; it goes on%s.".formatted(when))
        .next(at);
  }

  private static WhyAnswer running(JobView job, @Nullable Runner runner) {
    String ran =
        job.startedAt() == null ? "" : " for " + span(between(job.startedAt(), job.asOf()));
    if (runner == null) {
      return WhyAnswer.of(Code.RUNNING, "Attempt %d runs%s.".formatted(job.attempt(), ran))
          .since(job.startedAt());
    }
    String on = "worker %s (session %d)".formatted(runner.name(), runner.session());
    Instant asked = job.details().cancelRequestedAt();
    WhyAnswer answer;
    if (runner.state().equals("DEAD") || runner.state().equals("LEFT")) {
      answer =
          WhyAnswer.of(
              Code.WORKER_DEAD, "Its %s is gone; the job is about to be taken back.".formatted(on));
    } else if (runner.silentMillis() > SILENT.toMillis()) {
      answer =
          WhyAnswer.of(
              Code.WORKER_SILENT,
              "It runs on %s, which has not beaten for %s."
                  .formatted(on, span(runner.silentMillis())));
    } else if (asked != null) {
      answer =
          WhyAnswer.of(
              Code.CANCEL_REQUESTED,
              "It was to be cancelled %s ago%s; %s has yet to stop it."
                  .formatted(span(between(asked, job.asOf())), reason(job), on));
    } else {
      answer =
          WhyAnswer.of(Code.RUNNING, "Attempt %d runs on %s%s.".formatted(job.attempt(), on, ran));
    }
    return answer.since(job.startedAt()).by(runner.name(), runner.silentMillis());
  }

  private static WhyAnswer waiting(JobView job) {
    JobError error = job.error();
    return error != null && error.kind() == ErrorKind.LEASE_LOST
        ? WhyAnswer.of(
            Code.OPERATOR_MUST_DECIDE,
            "Whether it was done is not known (%s), and its type must not be repeated blindly; an"
                    .formatted(error.message())
                + " operator must decide: POST /v1/jobs/"
                + job.id()
                + "/resolve.")
        : WhyAnswer.of(Code.WAITING, "It waits for a signal.");
  }

  private static String name(RunLimit limit) {
    return switch (limit.scope()) {
      case TENANT -> "the tenant " + limit.subject();
      case TYPE -> "the type " + limit.subject();
    };
  }

  private static String error(JobView job) {
    JobError error = job.error();
    return error == null ? "no reason is known" : error.kind() + ", " + error.message();
  }

  private static String reason(JobView job) {
    String reason = job.details().cancelReason();
    return reason == null ? "" : " (" + reason + ")";
  }

  private static String are(int count, String noun) {
    return count == 1 ? "1 " + noun + " is" : count + " " + noun + "s are";
  }

  private static String jobs(long count) {
    return count == 0 ? "no job" : count == 1 ? "1 job" : count + " jobs";
  }

  private static long between(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis());
  }

  private static String until(Instant now, Instant at) {
    return at.isAfter(now) ? "in " + span(between(now, at)) : "now";
  }

  /** A length of time for a reader: its largest unit, with a digit after the point for seconds. */
  static String span(long millis) {
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
    long minutes = millis / 60_000;
    return minutes < 120
        ? minutes + " min"
        : minutes < 48 * 60 ? minutes / 60 + " h" : minutes / (24 * 60) + " days";
  }
}
