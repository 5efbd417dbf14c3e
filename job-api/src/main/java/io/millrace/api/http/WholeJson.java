package io.millrace.api.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes JSON documents in one piece of known length. Spring flushes a body before Tomcat knows
 * that it has ended: that makes two chunks, two packets and two system calls of each answer.
 */
final class WholeJson extends JacksonJsonHttpMessageConverter {
  WholeJson(JsonMapper json) {
    super(json);
  }

  @Override
  protected void writeInternal(
      Object document,
      ResolvableType type,
      HttpOutputMessage output,
      @Nullable Map<String, Object> hints)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    super.writeInternal(document, type, new Held(output.getHeaders(), body), hints);
    output.getHeaders().setContentLength(body.size());
    body.writeTo(output.getBody());
  }

  private record Held(HttpHeaders headers, OutputStream body) implements HttpOutputMessage {
    @Override
    public HttpHeaders getHeaders() {
      return headers;
    }

    @Override
    public OutputStream getBody() {
      return body;
    }
  }
}
