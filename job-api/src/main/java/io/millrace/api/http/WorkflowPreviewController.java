package io.millrace.api.http;

import io.millrace.api.workflow.Previews;
import io.millrace.api.workflow.Workflows;
import io.millrace.workflow.definition.Definition;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What registering a definition would come to. */
@RestController
final class WorkflowPreviewController {
  private final Workflows workflows;
  private final Previews previews;
  private final DefinitionRoom room;

  WorkflowPreviewController(Workflows workflows, Previews previews, DefinitionRoom room) {
    this.workflows = workflows;
    this.previews = previews;
    this.room = room;
  }

  /** Checks a definition as a put does, and keeps nothing. */
  @PutMapping(
      path = WorkflowController.PATH + "/{name}",
      params = "preview",
      produces = MediaType.APPLICATION_JSON_VALUE)
  PreviewDocument preview(
      @PathVariable("name") String name,
      @RequestParam("preview") String preview,
      HttpServletRequest request,
      Caller caller)
      throws IOException, SQLException, InterruptedException {
    if (!preview.equals("true")) {
      throw WorkflowProblems.badPreview();
    }
    String known = WorkflowPaths.name(name);
    return room.with(
        () ->
            switch (workflows.check(caller.tenant(), known, Bodies.definition(request))) {
              case Definition.Good good -> PreviewDocument.of(previews.of(caller.tenant(), good));
              case Definition.Bad bad -> throw WorkflowProblems.refused(bad);
            });
  }
}
