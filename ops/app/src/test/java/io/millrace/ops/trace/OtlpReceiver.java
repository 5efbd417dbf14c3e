package io.millrace.ops.trace;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** A collector that speaks OTLP over HTTP (protobuf) on a real socket and keeps all spans. */
final class OtlpReceiver implements AutoCloseable {
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final HttpServer http;

  /** A span and the process it came from. */
  record Received(List<KeyValue> resource, Span span) {
    String name() {
      return span.getName();
    }

    String traceId() {
      return HexFormat.of().formatHex(span.getTraceId().toByteArray());
    }

    String spanId() {
      return HexFormat.of().formatHex(span.getSpanId().toByteArray());
    }

    String parentId() {
      return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
    }

    /** A text attribute of the span; empty without it. */
    String text(String key) {
      return text(span.getAttributesList(), key);
    }

    /** A text attribute of the process; empty without it. */
    String ofProcess(String key) {
      return text(resource, key);
    }

    /** The names of what is told about the process. */
    List<String> processKeys() {
      return resource.stream().map(KeyValue::getKey).toList();
    }

    boolean isTrue(String key) {
      return span.getAttributesList().stream()
          .anyMatch(pair -> pair.getKey().equals(key) && pair.getValue().getBoolValue());
    }

    private static String text(List<KeyValue> pairs, String key) {
      return pairs.stream()
          .filter(pair -> pair.getKey().equals(key))
          .map(pair -> pair.getValue().getStringValue())
          .findFirst()
          .orElse("");
    }
  }

  OtlpReceiver() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/v1/traces", this::handle);
    http.start();
  }

  /** What goes into OTEL_EXPORTER_OTLP_ENDPOINT. */
  String endpoint() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  List<Received> all() {
    return List.copyOf(received);
  }

  List<Received> ofTrace(String traceId) {
    return received.stream().filter(span -> span.traceId().equals(traceId)).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      if (!exchange.getRequestMethod().equals("POST") || !"application/x-protobuf".equals(type)) {
        exchange.sendResponseHeaders(415, -1);
        return;
      }
      keep(ExportTraceServiceRequest.parseFrom(body(exchange)));
      byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    InputStream body = exchange.getRequestBody();
    String coding = exchange.getRequestHeaders().getFirst("Content-Encoding");
    return "gzip".equals(coding) ? new GZIPInputStream(body) : body;
  }

  private void keep(ExportTraceServiceRequest request) {
    for (ResourceSpans process : request.getResourceSpansList()) {
      for (ScopeSpans scope : process.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          received.add(new Received(process.getResource().getAttributesList(), span));
        }
      }
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
