package io.millrace.workers.handlers.http;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Says in our own words why there was no answer. Messages of the client are not passed on: they
 * hold addresses of the network the worker stands in.
 */
final class ExchangeFailures {
  private ExchangeFailures() {}

  static JobFailedException of(
      Target target, HttpRequestPayload payload, @Nullable Throwable cause) {
    String origin = target.origin();
    return switch (cause) {
      case RefusedAddressException refused ->
          new JobFailedException(ErrorKind.BAD_PAYLOAD, String.valueOf(refused.getMessage()));
      case UnknownHostException e -> dependency(origin + ": the host name is not known", e);
      case ConnectionRequestTimeoutException e ->
          dependency("no connection came free in " + payload.connectMillis() + " ms", e);
      case ConnectTimeoutException e ->
          dependency(origin + " took no connection in " + payload.connectMillis() + " ms", e);
      case java.net.ConnectException e -> dependency(origin + " refused the connection", e);
      case SocketTimeoutException e ->
          dependency(origin + " was silent for " + payload.readMillis() + " ms", e);
      case SSLException e -> dependency(origin + ": TLS was not agreed on", e);
      case java.io.IOException e -> dependency(origin + ": the exchange broke off", e);
      case null -> dependency(origin + ": the exchange broke off", null);
      default ->
          new JobFailedException(ErrorKind.BUG, origin + ": the client failed", false, cause);
    };
  }

  static JobFailedException overBudget(Target target, long budgetMillis) {
    return dependency(
        target.origin()
            + " had not answered in full after "
            + budgetMillis
            + " ms (connectTimeoutMillis + readTimeoutMillis)",
        null);
  }

  private static JobFailedException dependency(String message, @Nullable Throwable cause) {
    return new JobFailedException(ErrorKind.DEPENDENCY, message, true, cause);
  }
}
