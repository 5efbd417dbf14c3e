package io.millrace.api.http;

import io.millrace.workflow.plan.WorkflowLimits;
import java.util.regex.Pattern;

/** Reads what paths and parameters of workflows hold. */
final class WorkflowPaths {
  private static final Pattern NAME = Pattern.compile(WorkflowLimits.NAME_PATTERN);
  private static final int MAX_PAGE = 200;

  private WorkflowPaths() {}

  /**
   * A workflow's name.
   *
   * @throws ProblemException 400 when it cannot be one
   */
  static String name(String text) {
    if (!NAME.matcher(text).matches()) {
      throw WorkflowProblems.badName();
    }
    return text;
  }

  /** The name a page begins after, or an empty text. */
  static String after(String text) {
    if (!text.isEmpty() && !NAME.matcher(text).matches()) {
      throw ScheduleProblems.badPage("after must be the name of a workflow");
    }
    return text;
  }

  /** The number that a page of versions stays below; all of them when it is empty. */
  static int before(String text) {
    if (text.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw ScheduleProblems.badPage("before must be the number of a version");
    }
    return Integer.parseInt(text);
  }

  /** How many entries a page has. */
  static int limit(String text) {
    int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_PAGE) {
      throw ScheduleProblems.badPage("limit must be an integer, 1 to " + MAX_PAGE);
    }
    return limit;
  }
}
