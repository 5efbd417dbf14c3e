package io.millrace.workflow.engine;

import io.millrace.store.RunAdvanceStore.LockedRun;
import io.millrace.store.RunChange.Kind;
import io.millrace.store.RunReads;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Failure;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.Outputs;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run's expressions read, from the transaction that advances it. */
final class RunOutputs implements Outputs {
  private final LockedRun run;
  private final NodeNumbers numbers;
  private final RunReads reads;

  RunOutputs(LockedRun run, NodeNumbers numbers, RunReads reads) {
    this.run = run;
    this.numbers = numbers;
    this.reads = reads;
  }

  /** The database did not answer while an expression was worked out. */
  static final class ReadFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final SQLException reason;

    ReadFailedException(SQLException reason) {
      super(reason);
      this.reason = reason;
    }

    SQLException reason() {
      return reason;
    }
  }

  @Override
  public @Nullable Object input() {
    return JsonText.read(run.input());
  }

  @Override
  public Map<String, @Nullable Object> run() {
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("id", run.id().toString());
    facts.put("tenant", run.tenant());
    facts.put("workflow", run.workflow());
    facts.put("version", run.version());
    facts.put(
        "startedAt", (run.startedAt() == null ? run.createdAt() : run.startedAt()).toString());
    return facts;
  }

  @Override
  public @Nullable Object output(int node) {
    return read(
        () -> {
          Optional<String> kept = reads.value(node, Kind.OUTPUT);
          if (kept.isPresent()) {
            return JsonText.read(kept.get());
          }
          List<@Nullable String> results = reads.results(node);
          if (!(numbers.node(node).work() instanceof Work.ForEach)) {
            return results.isEmpty() ? null : JsonText.read(results.getFirst());
          }
          List<@Nullable Object> values = new ArrayList<>(results.size());
          results.forEach(result -> values.add(JsonText.read(result)));
          return values;
        });
  }

  @Override
  public @Nullable Object ofRound(int node, int round) {
    return read(() -> JsonText.read(reads.ofRound(node, round).orElse(null)));
  }

  @Override
  public @Nullable Failure error(int node) {
    return read(
        () ->
            JsonText.read(reads.value(node, Kind.ERROR).orElse(null)) instanceof Map<?, ?> error
                ? new Failure(
                    String.valueOf(error.get("kind")), String.valueOf(error.get("message")))
                : null);
  }

  private interface Read<T> {
    @Nullable T get() throws SQLException;
  }

  private static <T> @Nullable T read(Read<T> read) {
    try {
      return read.get();
    } catch (SQLException e) {
      throw new ReadFailedException(e);
    }
  }
}
