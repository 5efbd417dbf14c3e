package io.millrace.workers.boot;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import tools.jackson.databind.json.JsonMapper;

/** What a {@link ProbeServer} says, path by path: as Spring Boot's actuator would. */
final class Probes {
  private static final String ROOT = "/actuator/";
  private static final String HEALTH = "health";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final String OPEN_METRICS = "application/openmetrics-text";

  private final HealthEndpoint health;
  private final HealthEndpointGroups groups;
  private final PrometheusMeterRegistry metrics;
  private final JsonMapper json =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  Probes(HealthEndpoint health, HealthEndpointGroups groups, PrometheusMeterRegistry metrics) {
    this.health = health;
    this.groups = groups;
    this.metrics = metrics;
  }

  /** What is sent. */
  record Answer(int status, String contentType, byte[] body) {}

  /**
   * Answers a request.
   *
   * @param path of its URI, decoded
   * @param accept its header; empty when it has none
   */
  Answer answer(String path, String accept) {
    String[] parts =
        path.startsWith(ROOT) ? path.substring(ROOT.length()).split("/") : new String[0];
    if (parts.length == 1 && parts[0].equals("prometheus")) {
      return metrics(accept);
    }
    if (parts.length > 0 && parts[0].equals(HEALTH)) {
      return health(path.substring(ROOT.length() + HEALTH.length()));
    }
    return notFound(path);
  }

  private Answer metrics(String accept) {
    String type =
        accept.contains(OPEN_METRICS)
            ? OPEN_METRICS + "; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
    return new Answer(OK, type, metrics.scrape(type).getBytes(StandardCharsets.UTF_8));
  }

  /** Of all, of a group, or of a part of either. */
  private Answer health(String below) {
    String[] names = below.isEmpty() ? new String[0] : below.substring(1).split("/");
    HealthDescriptor found = names.length == 0 ? health.health() : health.healthForPath(names);
    if (found == null) {
      return notFound(ROOT + HEALTH + below);
    }
    @Nullable HealthEndpointGroup named = names.length == 0 ? null : groups.get(names[0]);
    HealthEndpointGroup group = named == null ? groups.getPrimary() : named;
    int status = group.getHttpCodeStatusMapper().getStatusCode(found.getStatus());
    return new Answer(
        status, "application/vnd.spring-boot.actuator.v3+json", json.writeValueAsBytes(found));
  }

  private Answer notFound(String path) {
    return new Answer(
        NOT_FOUND,
        "application/problem+json",
        json.writeValueAsBytes(
            Map.of(
                "title",
                "Not found",
                "status",
                NOT_FOUND,
                "detail",
                "a worker answers /actuator/health and /actuator/prometheus, not " + path)));
  }
}
