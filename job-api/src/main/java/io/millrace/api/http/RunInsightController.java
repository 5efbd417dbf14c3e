package io.millrace.api.http;

import io.millrace.api.run.RunReader;
import io.millrace.api.run.RunReader.Format;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How a run looks, and where its time went. */
@RestController
final class RunInsightController {
  private final RunReader runs;

  RunInsightController(RunReader runs) {
    this.runs = runs;
  }

  @GetMapping("/v1/runs/{id}/graph")
  ResponseEntity<String> graph(
      @PathVariable("id") String id,
      @RequestParam(name = "format", defaultValue = "mermaid") String format,
      Caller caller)
      throws SQLException {
    Format language =
        switch (format) {
          case "mermaid" -> Format.MERMAID;
          case "dot" -> Format.DOT;
          default -> throw WorkflowProblems.badFormat(List.of("mermaid", "dot"));
        };
    String type = language == Format.MERMAID ? "text/vnd.mermaid" : "text/vnd.graphviz";
    UUID run = JobIds.parse(id);
    return runs.graph(caller.tenant(), run, language)
        .map(
            text ->
                ResponseEntity.ok()
                    .cacheControl(CacheControl.noStore())
                    .contentType(MediaType.parseMediaType(type + ";charset=UTF-8"))
                    .body(text))
        .orElseThrow(() -> RunProblems.noPlan(run));
  }

  @GetMapping(path = "/v1/runs/{id}/profile", produces = MediaType.APPLICATION_JSON_VALUE)
  RunProfileDocument profile(@PathVariable("id") String id, Caller caller) throws SQLException {
    UUID run = JobIds.parse(id);
    return runs.profile(caller.tenant(), run)
        .map(RunProfileDocument::of)
        .orElseThrow(() -> RunProblems.noPlan(run));
  }
}
