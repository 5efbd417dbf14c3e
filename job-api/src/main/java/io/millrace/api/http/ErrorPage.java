package io.millrace.api.http;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Problem documents for failures that never reach a controller. */
@RestController
final class ErrorPage implements ErrorController {
  @RequestMapping("/error")
  ResponseEntity<Problem> error(HttpServletRequest request) {
    Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    HttpStatus found = code instanceof Integer number ? HttpStatus.resolve(number) : null;
    HttpStatus status = found == null ? HttpStatus.INTERNAL_SERVER_ERROR : found;
    String slug = status.getReasonPhrase().toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
    ProblemException problem =
        new ProblemException(
            status.value(), slug, status.getReasonPhrase(), "the request could not be handled");
    return ResponseEntity.status(status)
        .contentType(MediaType.parseMediaType(Problem.MEDIA_TYPE))
        .body(
            Problem.of(
                problem,
                String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI))));
  }
}
