package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.admission.MalformedJsonException;
import io.millrace.api.admission.RequestJson;
import io.millrace.api.run.RunAdmission;
import io.millrace.api.run.Runs;
import io.millrace.model.Limits;
import io.millrace.store.RunStore;
import io.millrace.workflow.run.Answer;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.RunEvent;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Watching and steering workflow runs. */
@RestController
@RequestMapping(path = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
final class RunController {
  private static final int MAX_PAGE = 100;
  private static final UUID HIGHEST = new UUID(-1L, -1L);

  private final RequestJson json = new RequestJson();
  private final Runs runs;
  private final RunAdmission admission;

  RunController(Runs runs, RunAdmission admission) {
    this.runs = runs;
    this.admission = admission;
  }

  /** A page; {@code next} is what to ask for to go on, absent at the end. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Page(List<RunDocument> runs, @Nullable String next) {}

  @GetMapping("/runs")
  Page list(
      @RequestParam(name = "limit", defaultValue = "50") String limit,
      @RequestParam(name = "after", required = false) @Nullable String after,
      @RequestParam(name = "workflow", required = false) @Nullable String workflow,
      Caller caller)
      throws SQLException {
    int most = limit.matches("\\d{1,3}") ? Integer.parseInt(limit) : 0;
    if (most < 1 || most > MAX_PAGE) {
      throw ScheduleProblems.badPage("limit must be an integer, 1 to " + MAX_PAGE);
    }
    UUID before = after == null ? HIGHEST : JobIds.parse(after);
    RunStore.Page page = runs.list(caller.tenant(), before, workflow, most);
    String next =
        page.next() == null
            ? null
            : "/v1/runs?limit="
                + most
                + "&after="
                + page.next()
                + (workflow == null ? "" : "&workflow=" + workflow);
    return new Page(RunDocument.listed(page.runs()), next);
  }

  @GetMapping("/runs/{id}")
  RunDocument get(@PathVariable("id") String id, Caller caller) throws SQLException {
    UUID run = JobIds.parse(id);
    return runs.detail(caller.tenant(), run)
        .map(RunDocument::of)
        .orElseThrow(() -> RunProblems.noRun(run));
  }

  @PostMapping("/runs/{id}/cancel")
  RunDocument cancel(@PathVariable("id") String id, HttpServletRequest request, Caller caller)
      throws IOException, SQLException {
    RequestFields fields = RequestFields.ofOptional(request, "reason");
    String reason = fields.text("reason", Limits.MAX_REASON_CHARS);
    fields.check();
    UUID run = known(id, caller);
    return answered(
        run, caller, runs.cancel(run, reason == null ? "somebody cancelled it" : reason));
  }

  @PostMapping("/runs/{id}/pause")
  RunDocument pause(@PathVariable("id") String id, Caller caller) throws SQLException {
    return ask(id, caller, new RunEvent.Paused());
  }

  @PostMapping("/runs/{id}/resume")
  RunDocument resume(@PathVariable("id") String id, Caller caller) throws SQLException {
    return ask(id, caller, new RunEvent.Resumed());
  }

  @PostMapping("/runs/{id}/retry")
  RunDocument retry(@PathVariable("id") String id, Caller caller) throws SQLException {
    return ask(id, caller, new RunEvent.RetryFailed());
  }

  @PostMapping("/runs/{id}/nodes/{node}/skip")
  RunDocument skip(@PathVariable("id") String id, @PathVariable("node") String node, Caller caller)
      throws SQLException {
    return ask(id, caller, node, RunEvent.SkipNode::new);
  }

  /** The body is the value itself: any JSON document. */
  @PostMapping("/runs/{id}/signals/{node}")
  RunDocument signal(
      @PathVariable("id") String id,
      @PathVariable("node") String node,
      HttpServletRequest request,
      Caller caller)
      throws IOException, SQLException {
    JsonNode value;
    try {
      value = json.read(Bodies.json(request, Limits.MAX_PAYLOAD_BYTES));
    } catch (MalformedJsonException e) {
      throw Problems.malformed(e);
    }
    Object sent = admission.value(value);
    return ask(id, caller, node, number -> new RunEvent.SignalReceived(number, sent));
  }

  private RunDocument ask(String id, Caller caller, RunEvent event) throws SQLException {
    return ask(id, caller, numbers -> Optional.of(event), "");
  }

  private RunDocument ask(String id, Caller caller, String node, Function<Integer, RunEvent> event)
      throws SQLException {
    return ask(
        id,
        caller,
        numbers ->
            numbers.number(node).isPresent()
                ? Optional.of(event.apply(numbers.number(node).getAsInt()))
                : Optional.empty(),
        node.length() > 63 ? node.substring(0, 63) + "…" : node);
  }

  private RunDocument ask(
      String id, Caller caller, Function<NodeNumbers, Optional<RunEvent>> event, String node)
      throws SQLException {
    UUID run = known(id, caller);
    return answered(run, caller, runs.ask(run, event).orElseThrow(() -> RunProblems.noNode(node)));
  }

  private UUID known(String id, Caller caller) throws SQLException {
    UUID run = JobIds.parse(id);
    if (runs.find(caller.tenant(), run).isEmpty()) {
      throw RunProblems.noRun(run);
    }
    return run;
  }

  private RunDocument answered(UUID run, Caller caller, Answer answer) throws SQLException {
    if (answer instanceof Answer.Refused(String why)) {
      throw RunProblems.notNow(why);
    }
    return runs.detail(caller.tenant(), run)
        .map(RunDocument::of)
        .orElseThrow(() -> RunProblems.noRun(run));
  }
}
