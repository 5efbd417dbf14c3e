package io.millrace.ops.bench.report;

import io.millrace.ops.bench.result.BenchReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where a run leaves {@code report.json} and {@code report.html}. */
public final class ReportFolder {
  private static final String JSON = "report.json";
  private static final String HTML = "report.html";

  private final Path folder;

  private ReportFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder where it is missing, and tries it.
   *
   * @throws IOException with a sentence for a person, when it cannot be written or has a report
   */
  public static ReportFolder open(Path folder) throws IOException {
    if (Files.exists(folder.resolve(JSON))) {
      throw new IOException(folder + " has a report.json already; name another folder");
    }
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "report", ".part"));
    } catch (IOException e) {
      throw new IOException(folder + " cannot be written: " + e, e);
    }
    return new ReportFolder(folder);
  }

  public Path json() {
    return folder.resolve(JSON);
  }

  public Path html() {
    return folder.resolve(HTML);
  }

  /** Writes both anew; whoever reads meanwhile sees the old or the new one, never half of it. */
  public void write(BenchReport report) throws IOException {
    replace(json(), ReportJson.write(report));
    replace(html(), HtmlReport.page(report));
  }

  /** Leaves a text beside the reports: the stack of a case that threw. */
  public Path note(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private void replace(Path file, String text) throws IOException {
    Path part = Files.createTempFile(folder, "report", ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
