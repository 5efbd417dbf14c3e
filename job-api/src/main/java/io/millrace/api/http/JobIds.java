package io.millrace.api.http;

import java.util.UUID;
import java.util.regex.Pattern;

/** Reads job ids out of paths and parameters. */
final class JobIds {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  private JobIds() {}

  static boolean isId(String id) {
    return FORM.matcher(id).matches();
  }

  /**
   * Reads the id of a path.
   *
   * @throws ProblemException 400 when it is no UUID
   */
  static UUID parse(String id) {
    if (!isId(id)) {
      throw Problems.badId(id);
    }
    return UUID.fromString(id);
  }
}
