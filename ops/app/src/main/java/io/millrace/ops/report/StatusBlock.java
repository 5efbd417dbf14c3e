package io.millrace.ops.report;

import io.millrace.ops.client.JobStatus;
import java.util.ArrayList;
import java.util.List;

/** A job's status as a block of labelled lines; what the server left out is left out. */
public final class StatusBlock {
  private static final int LABEL_CELLS = 11;

  private StatusBlock() {}

  /** The block's lines. */
  public static List<String> lines(JobStatus job) {
    List<String> lines = new ArrayList<>();
    add(lines, "job", job.id());
    add(lines, "type", job.type());
    add(lines, "state", job.state());
    add(lines, "progress", progress(job));
    add(lines, "error", job.error());
    if (job.attempt() > 0 || job.maxAttempts() > 0) {
      add(lines, "attempt", job.attempt() + " of " + job.maxAttempts());
    }
    add(lines, "pool", job.text("pool"));
    add(lines, "priority", job.text("priority"));
    add(lines, "worker", job.text("worker"));
    add(lines, "created", job.text("createdAt"));
    add(lines, "started", job.text("startedAt"));
    add(lines, "finished", job.text("finishedAt"));
    if (job.document().path("timings").isObject()) {
      add(lines, "waited", Figures.millis(job.waitedMillis()));
      add(lines, "ran", Figures.millis(job.ranMillis()));
    }
    return lines;
  }

  private static void add(List<String> lines, String label, String text) {
    if (!text.isBlank()) {
      lines.add(Cells.left(label, LABEL_CELLS) + Cells.visible(text));
    }
  }

  private static String progress(JobStatus job) {
    String percent =
        job.fraction().isPresent() ? Figures.percent(job.fraction().getAsDouble()) : "";
    return (percent + "  " + job.progressMessage()).strip();
  }
}
