package io.millrace.api.http;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * Problem documents for requests that Tomcat refuses before Spring sees them: malformed paths,
 * headers and request lines. Tomcat's own page would be HTML. Public because Tomcat makes it by
 * name.
 */
public final class ProblemValve extends ErrorReportValve {
  private static final Logger log = LoggerFactory.getLogger(ProblemValve.class);

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    HttpStatus status = HttpStatus.resolve(response.getStatus());
    boolean written = response.getContentWritten() > 0;
    if (status == null || !status.isError() || written || !response.setErrorReported()) {
      return;
    }
    try {
      response.setContentType(Problem.MEDIA_TYPE);
      response.setCharacterEncoding(StandardCharsets.UTF_8);
      Writer writer = response.getReporter();
      if (writer != null) {
        writer.write(document(status));
        response.finishResponse();
      }
    } catch (IOException | IllegalStateException e) {
      log.debug("problem not written error={}", e.toString());
    }
  }

  /** Of fixed words only, so nothing in it needs escaping; the request's path may be anything. */
  private static String document(HttpStatus status) {
    String title = status.getReasonPhrase();
    return """
        {"type":"https://millrace.io/problems/%s","title":"%s","status":%d,\
        "detail":"the request is not HTTP this service understands"}"""
        .formatted(title.toLowerCase(Locale.ROOT).replace(' ', '-'), title, status.value());
  }
}
