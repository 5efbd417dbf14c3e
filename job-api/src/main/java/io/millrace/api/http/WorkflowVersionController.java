package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.workflow.DiagramFormat;
import io.millrace.api.workflow.VersionChoice;
import io.millrace.api.workflow.Workflows;
import io.millrace.model.WorkflowVersion;
import io.millrace.workflow.definition.DefinitionDiff;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The versions of a workflow: what they are, how they differ, what they look like. */
@RestController
@RequestMapping(WorkflowController.PATH + "/{name}")
final class WorkflowVersionController {
  private static final String JSON = MediaType.APPLICATION_JSON_VALUE;
  private static final MediaType MERMAID =
      MediaType.parseMediaType("text/vnd.mermaid;charset=UTF-8");
  private static final MediaType DOT = MediaType.parseMediaType("text/vnd.graphviz;charset=UTF-8");

  private final Workflows workflows;
  private final DefinitionRoom room;

  WorkflowVersionController(Workflows workflows, DefinitionRoom room) {
    this.workflows = workflows;
    this.room = room;
  }

  /** A page, the latest first; {@code next} is what to ask for to go on, absent at the end. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Page(List<WorkflowDocument> versions, @Nullable String next) {}

  @GetMapping(path = "/versions", produces = JSON)
  Page versions(
      @PathVariable("name") String name,
      @RequestParam(name = "limit", defaultValue = "50") String limit,
      @RequestParam(name = "before", defaultValue = "") String before,
      Caller caller)
      throws SQLException {
    String known = WorkflowPaths.name(name);
    int most = WorkflowPaths.limit(limit);
    int below = WorkflowPaths.before(before);
    List<WorkflowVersion> found = workflows.versions(caller.tenant(), known, below, most + 1);
    if (found.isEmpty()) {
      // No workflow, or no more of its versions.
      find(caller, known, new VersionChoice.Current());
    }
    List<WorkflowVersion> page = found.subList(0, Math.min(most, found.size()));
    return new Page(
        page.stream().map(version -> WorkflowDocument.version(version, null)).toList(),
        found.size() > most
            ? WorkflowDocument.path(known)
                + "/versions?limit=%d&before=%d".formatted(most, page.getLast().number())
            : null);
  }

  @GetMapping(path = "/versions/{version}", produces = JSON)
  WorkflowDocument version(
      @PathVariable("name") String name, @PathVariable("version") String text, Caller caller)
      throws SQLException {
    WorkflowVersion version = find(caller, WorkflowPaths.name(name), chosen(name, text));
    return workflows
        .definition(version)
        .map(definition -> WorkflowDocument.version(version, definition))
        .orElseThrow(() -> WorkflowProblems.noWorkflow(name));
  }

  @GetMapping(path = "/diff", produces = JSON)
  WorkflowDiffDocument diff(
      @PathVariable("name") String name,
      @RequestParam(name = "from", required = false) @Nullable String from,
      @RequestParam(name = "to", required = false) @Nullable String to,
      Caller caller)
      throws IOException, SQLException, InterruptedException {
    String known = WorkflowPaths.name(name);
    WorkflowVersion later = find(caller, known, chosen(known, to));
    WorkflowVersion earlier = earlier(caller, later, from);
    Optional<DefinitionDiff> diff = room.with(() -> workflows.diff(earlier, later));
    return diff.map(found -> WorkflowDiffDocument.of(earlier, later, found))
        .orElseThrow(() -> WorkflowProblems.noWorkflow(known));
  }

  /** What a version is compared with: the one before unless another is named, null before 1. */
  private @Nullable WorkflowVersion earlier(
      Caller caller, WorkflowVersion later, @Nullable String from) throws SQLException {
    if (from != null) {
      return find(caller, later.name(), chosen(later.name(), from));
    }
    return later.number() == 1
        ? null
        : find(caller, later.name(), new VersionChoice.Number(later.number() - 1));
  }

  @GetMapping("/graph")
  ResponseEntity<String> graph(
      @PathVariable("name") String name,
      @RequestParam(name = "format", defaultValue = "mermaid") String format,
      @RequestParam(name = "version", required = false) @Nullable String version,
      Caller caller)
      throws IOException, SQLException, InterruptedException {
    String known = WorkflowPaths.name(name);
    DiagramFormat language = language(format);
    WorkflowVersion drawn = find(caller, known, chosen(known, version));
    return room.with(() -> workflows.diagram(drawn, language))
        .map(text -> ResponseEntity.ok().contentType(mediaType(language)).body(text))
        .orElseThrow(() -> WorkflowProblems.noWorkflow(known));
  }

  private static DiagramFormat language(String name) {
    return switch (name) {
      case "mermaid" -> DiagramFormat.MERMAID;
      case "dot" -> DiagramFormat.DOT;
      default -> throw WorkflowProblems.badFormat(List.of("mermaid", "dot"));
    };
  }

  private static MediaType mediaType(DiagramFormat language) {
    return switch (language) {
      case MERMAID -> MERMAID;
      case DOT -> DOT;
    };
  }

  private static VersionChoice chosen(String name, @Nullable String text) {
    return text == null
        ? new VersionChoice.Current()
        : VersionChoice.of(text)
            .orElseThrow(
                () ->
                    WorkflowProblems.noVersion(
                        name, "a version is a number from 1 or a hash of 64 digits, 0-9 and a-f"));
  }

  private WorkflowVersion find(Caller caller, String name, VersionChoice choice)
      throws SQLException {
    Optional<WorkflowVersion> found = workflows.find(caller.tenant(), name, choice);
    if (found.isPresent()) {
      return found.get();
    }
    if (workflows.find(caller.tenant(), name, new VersionChoice.Current()).isEmpty()) {
      throw WorkflowProblems.noWorkflow(name);
    }
    throw switch (choice) {
      case VersionChoice.Current current -> WorkflowProblems.noWorkflow(name);
      case VersionChoice.Number(int number) ->
          WorkflowProblems.noVersion(name, "%s has no version %d".formatted(name, number));
      case VersionChoice.Hash(String version) ->
          WorkflowProblems.noVersion(name, "%s has no version %s".formatted(name, version));
    };
  }
}
