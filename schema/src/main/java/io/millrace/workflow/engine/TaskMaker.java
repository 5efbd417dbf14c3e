package io.millrace.workflow.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.model.JobOptions;
import io.millrace.model.JobType;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.Priority;
import io.millrace.model.RunTask;
import io.millrace.runtime.Ids;
import io.millrace.store.ArtifactStore.Large;
import io.millrace.store.RunAdvanceStore.LockedRun;
import io.millrace.store.RunReads;
import io.millrace.workflow.plan.NodeOptions;
import io.millrace.workflow.plan.WorkflowLimits;
import io.millrace.workflow.run.Command;
import io.millrace.workflow.run.Failure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the jobs and runs that nodes ask for. Thread-safe. */
public final class TaskMaker {
  /** How old what is known of a type may be. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  private static final int MAX_TYPES = 1_000;

  private final Cache<String, JobType> types =
      Caffeine.newBuilder().maximumSize(MAX_TYPES).expireAfterWrite(FRESH).build();
  private final Ids ids;
  private final int inlineBytes;

  /** Makes it; nothing that a payload may hold is kept beside it. */
  public TaskMaker(Ids ids) {
    this(ids, Limits.MAX_PAYLOAD_BYTES);
  }

  /**
   * Makes it.
   *
   * @param inlineBytes most bytes of a payload's field that is not kept beside the payload
   */
  public TaskMaker(Ids ids, int inlineBytes) {
    this.ids = ids;
    this.inlineBytes = inlineBytes;
  }

  /** A task, or why there can be none. */
  sealed interface Made {
    record Job(NewJob job, List<Large> large) implements Made {}

    record Run(NewRun run) implements Made {}

    record Refused(Failure failure) implements Made {}
  }

  Made job(LockedRun run, Command.StartJob start, RunReads reads) throws SQLException {
    UUID id = ids.next();
    LargeFields payload = LargeFields.of(id, start.payload(), inlineBytes);
    if (payload.isTooLong()) {
      return refused(
          Failure.LIMIT,
          "the payload has %,d bytes without its large fields; the limit is %,d"
              .formatted(payload.bytes(), Limits.MAX_PAYLOAD_BYTES));
    }
    JobType type = type(start.type(), reads);
    if (type == null) {
      return refused("BAD_PAYLOAD", "no worker has announced the job type " + start.type());
    }
    NodeOptions options = start.options();
    RunTask task = new RunTask(run.id(), start.node(), start.element(), start.round());
    return new Made.Job(
        new NewJob(
            id,
            run.tenant(),
            type.name(),
            options.pool() == null ? type.pool() : options.pool(),
            options.priority() == null ? Priority.NORMAL : options.priority(),
            options.retry() == null ? type.maxAttempts() : options.retry().maxAttempts(),
            options.timeout() == null ? type.timeoutMillis() : options.timeout().toMillis(),
            payload.payload(),
            run.traceparent(),
            JobOptions.of(task, options.retry(), run.labels())),
        payload.fields());
  }

  Made run(LockedRun run, Command.StartRun start, RunReads reads) throws SQLException {
    if (run.depth() >= WorkflowLimits.MAX_RUN_DEPTH) {
      return refused(
          Failure.LIMIT,
          "runs may be nested %d deep at most".formatted(WorkflowLimits.MAX_RUN_DEPTH));
    }
    Optional<String> version = reads.currentVersion(start.workflow());
    if (version.isEmpty()) {
      return refused("BAD_PAYLOAD", "there is no workflow named " + start.workflow());
    }
    RunTask task = new RunTask(run.id(), start.node(), start.element(), start.round());
    return new Made.Run(
        new NewRun(
            ids.next(),
            run.tenant(),
            start.workflow(),
            version.get(),
            JsonText.write(start.input()),
            run.labels(),
            run.traceparent(),
            run.depth() + 1,
            task));
  }

  private @Nullable JobType type(String name, RunReads reads) throws SQLException {
    JobType known = types.getIfPresent(name);
    if (known == null) {
      known = reads.type(name).orElse(null);
      if (known != null) {
        types.put(name, known);
      }
    }
    return known;
  }

  private static Made refused(String kind, String why) {
    return new Made.Refused(new Failure(kind, why));
  }
}
