package io.millrace.api.http;

import io.millrace.api.admission.IdempotencyKeys;
import io.millrace.api.intake.IntakeRefusedException;
import io.millrace.api.run.RerunAdmission;
import io.millrace.api.run.RerunAdmission.Verdict;
import io.millrace.api.run.RunIntake;
import io.millrace.api.run.Runs;
import io.millrace.model.NewRun;
import io.millrace.model.RunView;
import io.millrace.store.RunRerunStore.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Running a workflow again from one of its nodes on. */
@RestController
final class RerunController {
  /** Longer than any node's name, so that the answer can name it. */
  private static final int MAX_NAME = 200;

  private final Runs runs;
  private final RerunAdmission admission;
  private final RunIntake intake;
  private final RunStarts starts;

  RerunController(Runs runs, RerunAdmission admission, RunIntake intake, RunStarts starts) {
    this.runs = runs;
    this.admission = admission;
    this.intake = intake;
    this.starts = starts;
  }

  /** Makes a new run; the one it takes over from stays as it is. */
  @PostMapping(path = "/v1/runs/{id}/rerun", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<RunStarts.Receipt> rerun(
      @PathVariable("id") String id,
      HttpServletRequest request,
      HttpServletResponse response,
      Caller caller)
      throws IOException, SQLException {
    UUID uuid = JobIds.parse(id);
    String key = Headers.idempotencyKey(request);
    RequestFields fields = RequestFields.of(request, "from", "version", "input");
    String from = fields.text("from", MAX_NAME);
    String version = fields.text("version", 64);
    if (!fields.has("from")) {
      fields.wrong("from", "from is missing; it is the name of the node to begin at");
    }
    fields.check();
    RunView source = runs.find(caller.tenant(), uuid).orElseThrow(() -> RunProblems.noRun(uuid));
    Verdict verdict =
        admission.admit(
            source,
            new RerunAdmission.Request(
                Objects.requireNonNull(from), version, fields.document("input")),
            TraceContext.of(request));
    return switch (verdict) {
      case Verdict.Admitted admitted -> {
        NewRun run =
            key == null
                ? admitted.run()
                : admitted
                    .run()
                    .with(
                        IdempotencyKeys.of("POST /v1/runs/" + uuid + "/rerun", key, fields.body()));
        yield started(
            new Verdict.Admitted(run, source, admitted.seeding(), admitted.pools()), response);
      }
      case Verdict.NoVersion(String asked) ->
          throw WorkflowProblems.noVersion(
              source.workflow(), source.workflow() + " has no version " + asked);
      case Verdict.Refused(var errors) -> throw RunProblems.refused(errors);
      case Verdict.NotNow(String why) -> throw RunProblems.notNow(why);
    };
  }

  private ResponseEntity<RunStarts.Receipt> started(
      Verdict.Admitted rerun, HttpServletResponse response) throws SQLException {
    Outcome outcome;
    try {
      outcome = intake.rerun(rerun);
    } catch (IntakeRefusedException e) {
      throw IntakeProblems.refused(e);
    }
    return switch (outcome) {
      case Outcome.Answered answered ->
          starts.receipt(rerun.run(), rerun.source().id(), answered.answer(), response);
      case Outcome.Refused(String why) -> throw RunProblems.notNow(why);
      case Outcome.OutputGone(int node) ->
          throw RunProblems.notNow(
              "the output of node %s is kept no more; begin there or before it"
                  .formatted(rerun.seeding().target().numbers().node(node).name()));
    };
  }
}
