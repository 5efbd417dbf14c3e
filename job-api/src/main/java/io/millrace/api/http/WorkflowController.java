package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.workflow.VersionChoice;
import io.millrace.api.workflow.Workflows;
import io.millrace.model.WorkflowVersion;
import io.millrace.store.WorkflowStore.Put;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionSchema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Definitions of workflows: registering, checking, listing and deleting them. */
@RestController
final class WorkflowController {
  static final String PATH = "/v1/workflows";
  private static final String JSON = MediaType.APPLICATION_JSON_VALUE;
  private static final byte[] SCHEMA = DefinitionSchema.text().getBytes(StandardCharsets.UTF_8);

  private final Workflows workflows;
  private final DefinitionRoom room;

  WorkflowController(Workflows workflows, DefinitionRoom room) {
    this.workflows = workflows;
    this.room = room;
  }

  /** A page; {@code next} is what to ask for to go on, absent at the end. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Page(List<WorkflowDocument> workflows, @Nullable String next) {}

  @PutMapping(path = PATH + "/{name}", produces = JSON)
  ResponseEntity<WorkflowDocument> put(
      @PathVariable("name") String name, HttpServletRequest request, Caller caller)
      throws IOException, SQLException, InterruptedException {
    String known = WorkflowPaths.name(name);
    return room.with(
        () ->
            switch (workflows.check(caller.tenant(), known, Bodies.definition(request))) {
              case Definition.Good good -> kept(good, workflows.keep(caller.tenant(), good));
              case Definition.Bad bad -> throw WorkflowProblems.refused(bad);
            });
  }

  private static ResponseEntity<WorkflowDocument> kept(Definition.Good good, Put put) {
    String name = good.plan().workflow();
    int nodes = ValidationDocument.nodes(good.plan());
    return switch (put) {
      case Put.Created(WorkflowVersion version) ->
          ResponseEntity.created(URI.create(WorkflowDocument.path(name)))
              .body(WorkflowDocument.put(version, true, nodes));
      case Put.Changed(WorkflowVersion version) ->
          ResponseEntity.ok(WorkflowDocument.put(version, true, nodes));
      case Put.Unchanged(WorkflowVersion version) ->
          ResponseEntity.ok(WorkflowDocument.put(version, false, nodes));
      case Put.TooManyWorkflows none -> throw WorkflowProblems.tooManyWorkflows();
      case Put.TooManyVersions none -> throw WorkflowProblems.tooManyVersions(name);
    };
  }

  /** Checks a definition and keeps nothing; with a name it may call itself. */
  @PostMapping(path = PATH + ":validate", produces = JSON)
  ValidationDocument validate(
      @RequestParam(name = "name", required = false) @Nullable String name,
      HttpServletRequest request,
      Caller caller)
      throws IOException, SQLException, InterruptedException {
    String known = name == null ? "" : WorkflowPaths.name(name);
    return room.with(
        () ->
            ValidationDocument.of(
                workflows.check(caller.tenant(), known, Bodies.definition(request))));
  }

  @GetMapping(path = PATH, produces = JSON)
  Page list(
      @RequestParam(name = "limit", defaultValue = "50") String limit,
      @RequestParam(name = "after", defaultValue = "") String after,
      Caller caller)
      throws SQLException {
    int most = WorkflowPaths.limit(limit);
    String last = WorkflowPaths.after(after);
    List<WorkflowVersion> found = workflows.list(caller.tenant(), last, most + 1);
    List<WorkflowVersion> page = found.subList(0, Math.min(most, found.size()));
    return new Page(
        page.stream().map(version -> WorkflowDocument.current(version, null)).toList(),
        found.size() > most ? PATH + "?limit=" + most + "&after=" + page.getLast().name() : null);
  }

  @GetMapping(path = PATH + "/{name}", produces = JSON)
  WorkflowDocument get(@PathVariable("name") String name, Caller caller) throws SQLException {
    String known = WorkflowPaths.name(name);
    WorkflowVersion version =
        workflows
            .find(caller.tenant(), known, new VersionChoice.Current())
            .orElseThrow(() -> WorkflowProblems.noWorkflow(known));
    return workflows
        .definition(version)
        .map(definition -> WorkflowDocument.current(version, definition))
        .orElseThrow(() -> WorkflowProblems.noWorkflow(known));
  }

  @DeleteMapping(path = PATH + "/{name}", produces = JSON)
  ResponseEntity<Void> delete(@PathVariable("name") String name, Caller caller)
      throws SQLException {
    String known = WorkflowPaths.name(name);
    if (!workflows.delete(caller.tenant(), known)) {
      throw WorkflowProblems.noWorkflow(known);
    }
    return ResponseEntity.noContent().build();
  }

  /** The JSON Schema of definitions, for editors. */
  @GetMapping(
      path = "/v1/workflow-schema",
      produces = {"application/schema+json", JSON})
  byte[] schema() {
    return SCHEMA;
  }
}
