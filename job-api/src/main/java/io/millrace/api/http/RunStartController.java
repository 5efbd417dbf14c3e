package io.millrace.api.http;

import io.millrace.api.admission.IdempotencyKeys;
import io.millrace.api.run.RunAdmission;
import io.millrace.api.run.RunAdmission.Verdict;
import io.millrace.model.NewRun;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Starting workflow runs. */
@RestController
final class RunStartController {
  private final RunStarts starts;
  private final RunAdmission admission;

  RunStartController(RunStarts starts, RunAdmission admission) {
    this.starts = starts;
    this.admission = admission;
  }

  /** Sent again under the same idempotency key it is the same run. */
  @PostMapping(path = "/v1/workflows/{name}/runs", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<RunStarts.Receipt> start(
      @PathVariable("name") String name,
      HttpServletRequest request,
      HttpServletResponse response,
      Caller caller)
      throws IOException, SQLException {
    String key = Headers.idempotencyKey(request);
    RequestFields fields = RequestFields.ofOptional(request, "input", "version", "labels");
    String version = fields.text("version", 64);
    fields.check();
    Verdict verdict =
        admission.admit(
            caller.tenant(),
            name,
            version,
            fields.document("input"),
            fields.node("labels"),
            TraceContext.of(request));
    return switch (verdict) {
      case Verdict.Admitted(NewRun run, Set<String> pools) -> {
        NewRun keyed =
            key == null
                ? run
                : run.with(
                    IdempotencyKeys.of("POST /v1/workflows/" + name + "/runs", key, fields.body()));
        yield starts.accepted(keyed, pools, response);
      }
      case Verdict.NoWorkflow() -> throw WorkflowProblems.noWorkflow(name);
      case Verdict.NoVersion(String asked) ->
          throw WorkflowProblems.noVersion(name, name + " has no version " + asked);
      case Verdict.Refused(var errors) -> throw RunProblems.refused(errors);
    };
  }
}
