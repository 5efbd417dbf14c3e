package io.millrace.ops.cli;

import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a job's id from the command line. */
final class JobId implements ITypeConverter<UUID> {
  @Override
  public UUID convert(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is no job id; `submit` prints one like 0199a0c2-7d3e-7b41-9f00-5c1d2e3f4a5b");
    }
  }
}
