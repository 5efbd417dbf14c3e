package io.millrace.ops.report;

import io.millrace.ops.client.JobRequest;
import io.millrace.ops.client.MillraceClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The same calls for somebody who has only curl: lines to paste into a POSIX shell. */
public final class CurlTour {
  private final String curl;
  private final String server;

  /**
   * A tour of the server at this address.
   *
   * @param withKey whether it wants an API key, which the lines take from MILLRACE_API_KEY
   */
  public CurlTour(URI server, boolean withKey) {
    curl = withKey ? "curl -sS -H \"Authorization: Bearer $MILLRACE_API_KEY\" " : "curl -sS ";
    String text = server.toString();
    this.server = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /** Stores a file as a data set. */
  public String upload(String name, String file) {
    return curl + "-T " + quote(file) + " " + url(MillraceClient.datasetPath(name));
  }

  /** Submits a job. */
  public String submit(JobRequest job) {
    return curl
        + "-H 'Content-Type: application/json' -d "
        + quote(job.toJson())
        + " "
        + url("/v1/jobs");
  }

  /** Reads a job's status. */
  public String status(String id) {
    return curl + url(MillraceClient.jobPath(id));
  }

  /** Reads a job's result. */
  public String result(String id) {
    return curl + url(MillraceClient.jobPath(id) + "/result");
  }

  /** Reads a job's log. */
  public String log(String id) {
    return curl + url(MillraceClient.jobPath(id) + "/log");
  }

  /** Upload, submit, status, result and log of one job, each with a comment above it. */
  public List<String> lines(String dataset, String file, JobRequest job, String id) {
    List<String> lines = new ArrayList<>();
    step(lines, "store the file as a data set", upload(dataset, file));
    step(lines, "submit the job", submit(job));
    step(lines, "ask how far it is", status(id));
    step(lines, "fetch its result", result(id));
    step(lines, "read its log", log(id));
    return lines;
  }

  private static void step(List<String> lines, String comment, String command) {
    lines.add("# " + comment);
    lines.add(command);
  }

  private String url(String path) {
    return quote(server + path);
  }

  /** Quotes only what the shell would take apart. */
  private static String quote(String text) {
    return text.matches("[A-Za-z0-9_./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
