package io.millrace.model;

/** What a schedule makes at its instants. */
public sealed interface ScheduleWork {
  /**
   * A job.
   *
   * @param template see {@code io.millrace.schedule.JobTemplate}
   */
  record Job(String template) implements ScheduleWork {}

  /**
   * A workflow run.
   *
   * @param template see {@code io.millrace.schedule.RunTemplate}
   */
  record Run(String template) implements ScheduleWork {}
}
