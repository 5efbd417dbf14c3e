package io.millrace.workers.handlers.http;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handler.JobStoppedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP request and keeps the answer. One instance per worker process; close it after the
 * last job.
 *
 * <p>Only hosts of the allow list are reached, and only at addresses that {@link AddressPolicy}
 * passes. Every method but GET carries {@code Idempotency-Key: "<job id>"} (a structured string, as
 * the IETF draft has it) unless the payload sets its own, so that a server can tell a repeated
 * attempt from a new request.
 *
 * <p>The exchange may take the connect timeout plus the read timeout, all in all. Failures:
 * BAD_PAYLOAD when the request is not allowed, DEPENDENCY when there is no answer, HANDLER when the
 * answer has another status than expected (retried for 5xx, 408 and 429).
 */
public final class HttpRequestHandler implements JobHandler<HttpRequestPayload>, AutoCloseable {
  private final List<AllowedHost> allowedHosts;
  private final Supplier<OutboundClient> opener;
  private final ExecutorService exchanges =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-request-", 0).factory());

  /** Made by the first job: many workers never have one, and the client is large. */
  private @Nullable OutboundClient client;

  public HttpRequestHandler(HttpRequestSettings settings) {
    this(settings, NameLookup.SYSTEM, null);
  }

  HttpRequestHandler(
      HttpRequestSettings settings, NameLookup lookup, @Nullable DefaultClientTlsStrategy tls) {
    this.allowedHosts = settings.hosts();
    CheckedResolver resolver = new CheckedResolver(lookup, new AddressPolicy(settings.networks()));
    this.opener = () -> new OutboundClient(resolver, tls, settings.maxConnections());
  }

  @Override
  public String type() {
    return "http.request";
  }

  @Override
  public Class<HttpRequestPayload> payloadType() {
    return HttpRequestPayload.class;
  }

  /** A little above the longest connect and read timeouts together. */
  @Override
  public Duration timeout() {
    return Duration.ofMinutes(65);
  }

  @Override
  public HttpRequestResult run(HttpRequestPayload payload, JobContext context)
      throws JobFailedException, JobStoppedException {
    context.checkCancelled();
    payload.check();
    ExpectedStatus expected = ExpectedStatus.parse(payload.expectedStatus());
    Target target = Target.parse(payload.url());
    checkAllowed(target);
    String key = "\"" + context.jobId() + "\"";
    HttpRequestResult result = exchange(target, payload, key);
    if (!expected.includes(result.status())) {
      throw new JobFailedException(
          ErrorKind.HANDLER,
          target.origin() + " answered " + result.status() + "; expected is " + expected,
          ExpectedStatus.mayChange(result.status()),
          null);
    }
    return result;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
    exchanges.shutdownNow();
  }

  private synchronized OutboundClient client() {
    if (client == null) {
      client = opener.get();
    }
    return client;
  }

  private void checkAllowed(Target target) throws JobFailedException {
    if (allowedHosts.stream().noneMatch(entry -> entry.permits(target))) {
      throw new JobFailedException(
          ErrorKind.BAD_PAYLOAD,
          target.origin()
              + " is not an allowed host; an operator who wants it adds it to "
              + HttpRequestSettings.ALLOWED_HOSTS_KEY
              + (allowedHosts.isEmpty() ? ", which is empty" : ""));
    }
  }

  /** Waits for the exchange; leaves no connection behind, however it ends. */
  private HttpRequestResult exchange(Target target, HttpRequestPayload payload, String key)
      throws JobFailedException, JobStoppedException {
    OutboundClient outbound = client();
    HttpUriRequestBase request = outbound.request(target, payload, key);
    long budgetMillis = (long) payload.connectMillis() + payload.readMillis();
    Future<HttpRequestResult> exchange = exchanges.submit(() -> outbound.send(target, request));
    try {
      return exchange.get(budgetMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw ExchangeFailures.of(target, payload, e.getCause());
    } catch (TimeoutException e) {
      throw ExchangeFailures.overBudget(target, budgetMillis);
    } catch (InterruptedException e) {
      // Says what the interrupt said; the flag stays clear for what the worker does next.
      throw new JobStoppedException("interrupted while waiting for an answer");
    } finally {
      if (!exchange.isDone()) {
        request.abort();
        exchange.cancel(true);
      }
    }
  }
}
