package io.millrace.api.http;

import io.millrace.model.ApiKey;
import io.millrace.model.Tenant;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Who sent a request. A controller's method takes one as a parameter; {@link CallerFilter} has put
 * it there.
 *
 * @param tenant whose jobs and datasets it can see
 */
record Caller(String tenant, ApiKey.Role role) {
  private static final String ATTRIBUTE = Caller.class.getName();

  /** Everybody who calls a server without keys that only this machine can reach. */
  static final Caller LOCAL = new Caller(Tenant.DEFAULT, ApiKey.Role.OPERATOR);

  static Caller of(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof Caller caller) {
      return caller;
    }
    throw new IllegalStateException("a request without a caller came past the filter");
  }

  void put(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /**
   * Lets only operators go on.
   *
   * @throws ProblemException 403 for all others
   */
  void requireOperator() {
    if (role != ApiKey.Role.OPERATOR) {
      throw AccessProblems.operatorsOnly();
    }
  }
}
