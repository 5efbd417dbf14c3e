package io.millrace.ops.bench.cases;

import io.millrace.model.JobState;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.Progress;
import io.millrace.ops.bench.load.Allowance;
import io.millrace.ops.bench.load.BulkPlan;
import io.millrace.ops.bench.load.BulkResult;
import io.millrace.ops.bench.load.LoadGenerator;
import io.millrace.ops.bench.load.LoadPlan;
import io.millrace.ops.bench.load.LoadResult;
import io.millrace.ops.bench.load.Requests;
import io.millrace.ops.bench.stack.Layout;
import io.millrace.ops.bench.stack.Probe;
import io.millrace.ops.bench.stack.Stack;
import io.millrace.ops.client.ClientException;
import io.millrace.ops.client.JobRequest;
import io.millrace.ops.client.MillraceClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A Millrace of a case's own with a load generator, and what the cases do with the two. */
public final class Rig implements AutoCloseable {
  /** The pool of the jobs that are measured. */
  public static final String POOL = "default";

  /** The cheapest job: its handler does nothing, so what is measured is the service. */
  public static final String ECHO = "{\"type\":\"echo\",\"payload\":{\"value\":1}}";

  /** Where jobs are submitted and listed. */
  public static final String JOBS = "/v1/jobs";

  private static final int BATCHES = 4;
  private static final Duration BATCH_PATIENCE = Duration.ofMinutes(10);
  private static final Duration START_PATIENCE = Duration.ofMinutes(1);

  /** How long a count may stand still before the case gives up. */
  private static final Duration STALL = Duration.ofSeconds(45);

  private static final long PAUSE_MILLIS = 20;

  /** Longer than the time between two looks at a flow, so that none is missed at its end. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Stack stack;
  private final LoadGenerator load;
  private final Progress progress;
  private final String caseName;

  private Rig(Stack stack, Progress progress, String caseName) {
    this.stack = stack;
    this.load = new LoadGenerator(stack.url());
    this.progress = progress;
    this.caseName = caseName;
  }

  /** Starts Millrace with its worker, and returns when a first job has run. */
  public static Rig start(
      BenchRun run, String caseName, Layout layout, Map<String, String> properties)
      throws IOException, InterruptedException {
    run.progress().beginSteps(caseName + ", start", 1);
    Stack stack = Stack.start(run.folder().resolve(caseName), layout, properties);
    Rig rig = new Rig(stack, run.progress(), caseName);
    try {
      stack.worker().startWorker();
      run.progress().end();
      rig.runFirst();
      return rig;
    } catch (IOException | InterruptedException | RuntimeException e) {
      rig.close();
      throw e;
    }
  }

  public Stack stack() {
    return stack;
  }

  public Probe probe() {
    return stack.probe();
  }

  /** Puts JSON to a path of the API. */
  void put(String path, String json) throws IOException, InterruptedException {
    HttpRequest put =
        HttpRequest.newBuilder(stack.url().resolve(path))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(put, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IOException("PUT %s was answered: %s".formatted(path, answer.body()));
      }
    }
  }

  void startWorker() throws IOException {
    stack.worker().startWorker();
  }

  void stopWorker() throws IOException {
    stack.worker().stopWorker();
  }

  /** Jobs that have succeeded since the start. */
  long succeeded() {
    return probe().count(POOL, JobState.SUCCEEDED);
  }

  /** Sends a load. */
  LoadResult load(String what, LoadPlan plan) throws IOException, InterruptedException {
    long seconds = Math.max(1, plan.length().toSeconds());
    progress.beginSteps(caseName + ", " + what, seconds);
    LoadResult result = load.run(plan, elapsed -> progress.at(Math.min(elapsed, seconds)));
    progress.end();
    return result;
  }

  /** Submits so many jobs, all the same, by four batches at once. */
  BulkResult fill(String what, long jobs, String json) throws IOException, InterruptedException {
    progress.begin(caseName + ", " + what, jobs);
    BulkPlan plan = BulkPlan.of(BATCHES, json, Allowance.of(jobs), BATCH_PATIENCE);
    BulkResult result = load.submit(plan, accepted -> progress.at(Math.min(accepted, jobs)));
    progress.end();
    return result;
  }

  /** Writes so many waiting jobs past the API; no worker may run. */
  void store(String what, long jobs) throws SQLException {
    progress.begin(caseName + ", " + what, jobs);
    new LongList(probe().database()).write(jobs, progress::at);
    progress.end();
  }

  /** Submits as the flow allows. */
  BulkResult flow(SteadyFlow flow, Duration length) throws IOException, InterruptedException {
    progress.beginSteps(caseName, Math.max(1, length.toSeconds()));
    BulkResult result =
        load.submit(
            BulkPlan.of(BATCHES, ECHO, flow, BATCH_PATIENCE),
            accepted -> progress.at(flow.look(succeeded())));
    progress.end();
    return result;
  }

  /** Sends single requests as the flow allows, with so many units of it a job of the pool. */
  LoadResult flow(
      String what, SteadyFlow flow, Duration length, int connections, Requests requests, int jobs)
      throws IOException, InterruptedException {
    long seconds = Math.max(1, length.toSeconds());
    progress.beginSteps(caseName + ", " + what, seconds);
    LoadResult result =
        load.run(
            LoadPlan.allowed(connections, length.plus(LOOK), requests, flow),
            elapsed -> progress.at(Math.min(flow.look(succeeded() / jobs), seconds)));
    progress.end();
    return result;
  }

  /** Runs so many jobs through, so that what follows is compiled and cached. */
  @Nullable String warmUp(long jobs) throws IOException, InterruptedException {
    long before = succeeded();
    BulkResult filled = fill("warm-up", jobs, ECHO);
    String fault = awaitSucceeded("warm-up", before, filled.accepted());
    return filled.faults().isEmpty() ? fault : filled.faults().getFirst();
  }

  /** Waits until so many more jobs have succeeded; says so when they do not any more. */
  @Nullable String awaitSucceeded(String what, long before, long jobs) throws InterruptedException {
    return await(what + ": jobs succeeded", jobs, () -> succeeded() - before);
  }

  /** Waits until a count is reached; says so when it stands still. */
  @Nullable String await(String what, long goal, LongSupplier count) throws InterruptedException {
    progress.beginSteps(caseName + ", " + what, Math.max(1, goal));
    long latest = -1;
    long since = System.nanoTime();
    for (long now = count.getAsLong(); now < goal; now = count.getAsLong()) {
      if (now != latest) {
        latest = now;
        since = System.nanoTime();
        progress.at(Math.clamp(now, 0, goal));
      } else if (System.nanoTime() - since > STALL.toNanos()) {
        return "%s: stands at %,d of %,d for %d s".formatted(what, now, goal, STALL.toSeconds());
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    progress.end();
    return null;
  }

  @Override
  public void close() {
    load.close();
    stack.close();
  }

  /** The API learns of the worker's types within a second, and refuses jobs before. */
  private void runFirst() throws IOException, InterruptedException {
    long until = System.nanoTime() + START_PATIENCE.toNanos();
    try (MillraceClient client = new MillraceClient(stack.url())) {
      while (true) {
        try {
          client.submit(JobRequest.of("echo", "{\"value\": 1}"));
          break;
        } catch (ClientException e) {
          if (System.nanoTime() - until > 0) {
            throw new IOException("the bench's Millrace takes no jobs: " + e.getMessage(), e);
          }
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
      }
    }
    String fault = awaitSucceeded("first job", 0, 1);
    if (fault != null) {
      throw new IOException("the bench's Millrace runs no jobs: " + fault);
    }
  }
}
