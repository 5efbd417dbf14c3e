package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.intake.IntakeRefusedException;
import io.millrace.api.run.RunIntake;
import io.millrace.api.run.Runs;
import io.millrace.model.AcceptedRun;
import io.millrace.model.NewRun;
import io.millrace.model.RunView;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/** From a run that was admitted to the answer, with a problem for every way it can fail. */
final class RunStarts {
  private final RunIntake intake;
  private final Runs runs;

  RunStarts(RunIntake intake, Runs runs) {
    this.intake = intake;
    this.runs = runs;
  }

  /**
   * The answer to a run that was accepted.
   *
   * @param rerunOf the run whose finished nodes it has taken over
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Receipt(
      UUID id, String workflow, String version, @Nullable UUID rerunOf, RunDocument.Links links) {}

  /** Stores and starts a run, and waits for its commit. */
  ResponseEntity<Receipt> accepted(NewRun run, Set<String> pools, HttpServletResponse response)
      throws SQLException {
    return receipt(run, null, committed(run, pools), response);
  }

  /** The answer to a start whose commit is here. */
  ResponseEntity<Receipt> receipt(
      NewRun run, @Nullable UUID rerunOf, AcceptedRun accepted, HttpServletResponse response)
      throws SQLException {
    boolean repeated = accepted instanceof AcceptedRun.Repeated;
    UUID id =
        switch (accepted) {
          case AcceptedRun.Stored(UUID stored) -> stored;
          case AcceptedRun.Repeated(UUID first) -> first;
          case AcceptedRun.KeyReused(UUID first) -> throw RunProblems.keyReused(first);
        };
    if (run.idempotency() != null) {
      Headers.keyed(repeated, response);
    }
    // By now another version may be the current one than the first time.
    String version =
        repeated
            ? runs.find(run.tenant(), id).map(RunView::version).orElse(run.version())
            : run.version();
    RunDocument.Links links =
        new RunDocument.Links("/v1/runs/" + id, "/v1/workflows/" + run.workflow());
    return ResponseEntity.accepted()
        .location(URI.create("/v1/runs/" + id))
        .body(new Receipt(id, run.workflow(), version, rerunOf, links));
  }

  /** The answer to a run that is stored and starts by itself. */
  static ResponseEntity<Receipt> receipt(NewRun run) {
    String self = "/v1/runs/" + run.id();
    return ResponseEntity.accepted()
        .location(URI.create(self))
        .body(
            new Receipt(
                run.id(),
                run.workflow(),
                run.version(),
                null,
                new RunDocument.Links(self, "/v1/workflows/" + run.workflow())));
  }

  private AcceptedRun committed(NewRun run, Set<String> pools) throws SQLException {
    try {
      return intake.submit(run, pools).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IntakeRefusedException refused) {
        throw IntakeProblems.refused(refused);
      }
      if (e.getCause() instanceof RejectedExecutionException full) {
        throw RunProblems.tooMany(String.valueOf(full.getMessage()));
      }
      if (e.getCause() instanceof SQLException failed) {
        throw failed;
      }
      throw e;
    }
  }
}
