package io.millrace.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ApiKey.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerFilterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator/health",
        "/actuator/health/readiness",
        "/actuator/health/readiness/millraceApi",
        "/actuator/prometheus",
        "/openapi",
        "/openapi.json",
        "/openapi/v1.yaml"
      })
  void isOpen_whatMachinesAsk_needsNoKey(String path) {
    assertThat(CallerFilter.isOpen(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1/jobs",
        "/v1/openapi",
        "/actuator",
        "/actuator/env",
        "/actuator/health/../../v1/jobs",
        "/v1/datasets/../../actuator/health",
        "/actuator/health;/../v1/jobs",
        "/actuator/health/%2e%2e/x",
        "/actuator/healthy",
        "/openapi/../v1/jobs",
        "/openapi/..",
        "/openapi..",
        "/openapi;x",
        "//actuator/health"
      })
  void isOpen_anythingElse_needsAKey(String path) {
    assertThat(CallerFilter.isOpen(path)).isFalse();
  }

  @Test
  void requireOperator_tenantsKey_is403() {
    new Caller("a", Role.OPERATOR).requireOperator();
    assertThatThrownBy(() -> new Caller("a", Role.TENANT).requireOperator())
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.status()).isEqualTo(403));
  }
}
