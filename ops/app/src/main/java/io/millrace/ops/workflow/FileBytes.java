package io.millrace.ops.workflow;

import io.millrace.workflow.plan.WorkflowLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files within the bound of definitions. */
final class FileBytes {
  private FileBytes() {}

  static byte[] read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "it is a directory");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(WorkflowLimits.MAX_DEFINITION_BYTES + 1);
      if (bytes.length > WorkflowLimits.MAX_DEFINITION_BYTES) {
        String reason = "it has more than " + WorkflowLimits.MAX_DEFINITION_BYTES + " bytes";
        throw new FileSystemException(file.toString(), null, reason);
      }
      return bytes;
    }
  }
}
