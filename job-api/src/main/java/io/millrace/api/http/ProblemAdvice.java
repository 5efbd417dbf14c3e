package io.millrace.api.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/**
 * Makes every failure of a request a problem document; what is not the caller's fault is logged.
 */
@RestControllerAdvice
final class ProblemAdvice {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler(ProblemException.class)
  ResponseEntity<Problem> problem(ProblemException e, HttpServletRequest request) {
    return answer(e, request, new HttpHeaders());
  }

  @ExceptionHandler(DataAccessException.class)
  ResponseEntity<Problem> database(DataAccessException e, HttpServletRequest request) {
    return unavailable(e, request);
  }

  @ExceptionHandler(SQLException.class)
  ResponseEntity<Problem> database(SQLException e, HttpServletRequest request) {
    return unavailable(e, request);
  }

  private static ResponseEntity<Problem> unavailable(Exception e, HttpServletRequest request) {
    log.warn(
        "request failed at the database path={} error={}", request.getRequestURI(), e.toString());
    return answer(Problems.databaseDown(), request, new HttpHeaders());
  }

  @ExceptionHandler(AsyncRequestNotUsableException.class)
  void callerLeft(AsyncRequestNotUsableException e) {
    log.debug("caller left before the answer error={}", e.toString());
  }

  @ExceptionHandler(Exception.class)
  ResponseEntity<Problem> other(Exception e, HttpServletRequest request) throws IOException {
    if (e instanceof ErrorResponse known) {
      HttpStatus status = HttpStatus.valueOf(known.getStatusCode().value());
      String slug = status.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
      String detail = known.getBody().getDetail();
      return answer(
          new ProblemException(
              status.value(), slug, status.getReasonPhrase(), detail == null ? slug : detail),
          request,
          known.getHeaders());
    }
    if (e instanceof IOException broken) {
      // The connection is gone; there is nobody to answer.
      throw broken;
    }
    log.error("request failed path={}", request.getRequestURI(), e);
    return answer(
        new ProblemException(
            500,
            "defect",
            "The service failed",
            "a defect in the service; its log has the details",
            List.of(),
            null),
        request,
        new HttpHeaders());
  }

  private static ResponseEntity<Problem> answer(
      ProblemException e, HttpServletRequest request, HttpHeaders headers) {
    var answer =
        ResponseEntity.status(e.status())
            .headers(headers)
            .contentType(MediaType.parseMediaType(Problem.MEDIA_TYPE));
    if (e.retryAfterSeconds() != null) {
      answer.header(HttpHeaders.RETRY_AFTER, String.valueOf(e.retryAfterSeconds()));
    }
    return answer.body(Problem.of(e, request.getRequestURI()));
  }
}
