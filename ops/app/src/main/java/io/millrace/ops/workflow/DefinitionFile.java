package io.millrace.ops.workflow;

import io.millrace.api.admission.SchemaCheck;
import io.millrace.document.FieldError;
import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.Definitions;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.source.MalformedSourceException;
import io.millrace.workflow.source.SourceText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Files that hold a definition. The workflow goes by the file's name without its extension. */
public final class DefinitionFile {
  private DefinitionFile() {}

  /**
   * Reads a definition; names of job types, pools and other workflows stay unchecked.
   *
   * @throws IOException when the file cannot be read
   */
  public static Loaded<Plan> read(Path file) throws IOException {
    byte[] bytes = FileBytes.read(file);
    return switch (Definitions.read(name(file), bytes, null)) {
      case Definition.Good(Plan plan, String canonical) -> withUsableInput(file, bytes, plan);
      case Definition.Bad(var faults, int more) ->
          Loaded.Bad.of(file, faults.stream().map(Fault::of).toList(), more);
    };
  }

  private static String name(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 1 ? name : name.substring(0, dot);
  }

  private static Loaded<Plan> withUsableInput(Path file, byte[] bytes, Plan plan) {
    String schema = plan.inputSchema();
    List<FieldError> errors = schema == null ? List.of() : SchemaCheck.faults(schema, "#/input");
    return errors.isEmpty()
        ? new Loaded.Good<>(plan)
        : Loaded.Bad.of(file, placed(errors, bytes), 0);
  }

  private static List<Fault> placed(List<FieldError> errors, byte[] bytes) {
    try {
      return Fault.placed(errors, SourceText.read(bytes));
    } catch (MalformedSourceException e) {
      throw new IllegalStateException("the text was read before", e);
    }
  }
}
