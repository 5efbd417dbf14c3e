package io.millrace.workers.handlers.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/1.1 client with every convenience switched off: no redirects, retries, cookies, stored
 * credentials, proxy, decompression or protocol upgrade. Its resolver is {@link CheckedResolver};
 * Apache's client is used because it takes one and still names the host to TLS (SNI, certificate)
 * and in the Host header, which the JDK's client cannot.
 *
 * <p>A pooled connection was checked when it was opened and goes back only to the same host and
 * port; it is dropped a minute after it was opened.
 */
final class OutboundClient implements AutoCloseable {
  private static final int MAX_HEADER_LINE_CHARS = 16 * 1024;
  private static final int MAX_HEADER_COUNT = 100;
  private static final TimeValue MAX_CONNECTION_AGE = TimeValue.ofMinutes(1);

  /** A server may have hung up since: nothing is retried here, so that would fail the attempt. */
  private static final TimeValue MAX_UNCHECKED_IDLE = TimeValue.ofSeconds(1);

  private final CloseableHttpClient client;

  OutboundClient(
      CheckedResolver resolver, @Nullable DefaultClientTlsStrategy tls, int maxConnections) {
    var http1 =
        Http1Config.custom()
            .setMaxLineLength(MAX_HEADER_LINE_CHARS)
            .setMaxHeaderCount(MAX_HEADER_COUNT)
            .build();
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(resolver)
            .setTlsSocketStrategy(tls == null ? DefaultClientTlsStrategy.createDefault() : tls)
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(http1).build())
            .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
            .setMaxConnTotal(maxConnections)
            .setMaxConnPerRoute(maxConnections)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setTimeToLive(MAX_CONNECTION_AGE)
                    .setValidateAfterInactivity(MAX_UNCHECKED_IDLE)
                    .build())
            .build();
    client =
        HttpClients.custom()
            .setConnectionManager(connections)
            .setUserAgent("Millrace")
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
  }

  /** The request, not sent yet; {@link HttpUriRequestBase#abort} cuts its connection. */
  HttpUriRequestBase request(Target target, HttpRequestPayload payload, String idempotencyKey) {
    var request = new HttpUriRequestBase(payload.verb(), target.uri());
    payload.headersOrNone().forEach(request::addHeader);
    if (!payload.verb().equals("GET") && !payload.hasHeader("Idempotency-Key")) {
      request.addHeader("Idempotency-Key", idempotencyKey);
    }
    if (payload.hasBody()) {
      ContentType type =
          payload.bodyIsText()
              ? ContentType.TEXT_PLAIN.withCharset("UTF-8")
              : ContentType.APPLICATION_JSON;
      request.setEntity(new ByteArrayEntity(payload.bodyBytes(), type));
    }
    request.setConfig(timeouts(payload));
    return request;
  }

  /**
   * Sends the request and reads what is kept of the answer. Blocks; only the caller's {@code abort}
   * bounds the whole of it.
   */
  HttpRequestResult send(Target target, HttpUriRequestBase request) throws IOException {
    var host = new HttpHost(target.scheme(), target.host(), target.port());
    ClassicHttpResponse response = client.executeOpen(host, request, null);
    boolean readToItsEnd = false;
    try {
      ResponseBody body = read(response.getEntity());
      readToItsEnd = !body.truncated();
      return result(response, body);
    } finally {
      if (readToItsEnd) {
        response.close();
      } else {
        hangUp(request, response);
      }
    }
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }

  /** Closing alone would first read the answer to its end, however long it is. */
  private static void hangUp(HttpUriRequestBase request, ClassicHttpResponse response) {
    request.abort();
    try {
      response.close();
    } catch (IOException connectionIsCut) {
      // As it should be.
    }
  }

  private static ResponseBody read(@Nullable HttpEntity entity) throws IOException {
    InputStream content = entity == null ? null : entity.getContent();
    return content == null ? ResponseBody.EMPTY : ResponseBody.read(content);
  }

  private static HttpRequestResult result(ClassicHttpResponse response, ResponseBody body) {
    Map<String, String> headers = ResponseHeaders.keep(response);
    Optional<String> text =
        body.text(headers.get("content-type"), value(response, HttpHeaders.CONTENT_ENCODING));
    return new HttpRequestResult(
        response.getCode(),
        headers,
        text.orElseGet(body::base64),
        text.isPresent() ? "text" : "base64",
        body.size(),
        body.truncated());
  }

  private static @Nullable String value(ClassicHttpResponse response, String name) {
    var header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  /** The connect timeout differs by job; the setting that replaced this one is per host. */
  @SuppressWarnings("deprecation")
  private static RequestConfig timeouts(HttpRequestPayload payload) {
    return RequestConfig.custom()
        .setConnectionRequestTimeout(Timeout.ofMilliseconds(payload.connectMillis()))
        .setConnectTimeout(Timeout.ofMilliseconds(payload.connectMillis()))
        .setResponseTimeout(Timeout.ofMilliseconds(payload.readMillis()))
        .setProtocolUpgradeEnabled(false)
        .setExpectContinueEnabled(false)
        .build();
  }
}
