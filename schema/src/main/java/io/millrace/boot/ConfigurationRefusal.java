package io.millrace.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Reports a refused value by its own sentence; Spring Boot's report would wrap it in classes. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ConfigurationRefusal extends AbstractFailureAnalyzer<ConfigurationRefusedException> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, ConfigurationRefusedException cause) {
    return new FailureAnalysis(
        cause.getMessage(),
        "Set it as an environment variable (MILLRACE_…), a system property or in"
            + " application.yaml, and start again.",
        cause);
  }
}
