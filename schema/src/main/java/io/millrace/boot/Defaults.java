package io.millrace.boot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every Millrace process is, unless its configuration says otherwise. */
public final class Defaults {
  /**
   * What Spring Boot would configure only because a library that is here for something else lies on
   * the class path: Kafka's broker brings Log4j, the schema validator Jackson 2. A thousand
   * classes.
   */
  private static final List<String> NOT_CONFIGURED =
      List.of(
          "org.springframework.boot.micrometer.metrics.autoconfigure.logging.log4j2"
              + ".Log4J2MetricsAutoConfiguration",
          "org.springframework.boot.actuate.autoconfigure.endpoint.jackson"
              + ".Jackson2EndpointAutoConfiguration");

  private Defaults() {}

  /** Properties of the lowest precedence, for {@code SpringApplication.setDefaultProperties}. */
  public static Map<String, Object> properties() {
    Map<String, Object> defaults = new LinkedHashMap<>();
    defaults.put("spring.main.banner-mode", "off");
    defaults.put("spring.main.log-startup-info", "false");
    defaults.put("spring.threads.virtual.enabled", "true");
    defaults.put("spring.autoconfigure.exclude", String.join(",", NOT_CONFIGURED));
    defaults.put("spring.mvc.servlet.load-on-startup", "1");
    // Filters for what no path here takes: forms, and text in other encodings than UTF-8.
    defaults.put("spring.mvc.formcontent.filter.enabled", "false");
    defaults.put("spring.servlet.encoding.enabled", "false");
    // Nobody listens to an event per request, and timing those under way costs as much as counting
    // those that are done.
    defaults.put("spring.mvc.publish-request-handled-events", "false");
    defaults.put("management.metrics.observations.ignored-meters", "long-task-timer");
    // No /error whitelabel page and no default exposure: what is open is listed here.
    defaults.put("management.endpoints.web.exposure.include", "health,prometheus");
    defaults.put("management.endpoint.health.show-details", "always");
    defaults.put("management.endpoint.health.probes.enabled", "true");
    defaults.put(
        "management.endpoint.health.group.readiness.include",
        "readinessState,millraceApi,millraceWorker");
    // A loop that a defect has ended does not come back: whoever supervises the process restarts
    // it.
    defaults.put(
        "management.endpoint.health.group.liveness.include",
        "livenessState,millraceApiLoops,millraceWorkerLoops");
    // A process has one of the two or both.
    defaults.put("management.endpoint.health.validate-group-membership", "false");
    defaults.put("management.health.diskspace.enabled", "false");
    defaults.put("management.health.ssl.enabled", "false");
    defaults.put("management.health.db.enabled", "false");
    // The loops stop in their own order; the web server first stops taking requests.
    defaults.put("server.shutdown", "graceful");
    defaults.put("spring.lifecycle.timeout-per-shutdown-phase", "60s");
    defaults.put("server.address", "127.0.0.1");
    defaults.put("server.tomcat.max-connections", "8192");
    defaults.put("server.tomcat.accept-count", "1024");
    defaults.put("server.tomcat.keep-alive-timeout", "65s");
    defaults.put("server.tomcat.max-keep-alive-requests", "-1");
    // As many requests wait for one commit; Tomcat's 200 would make what it needs for the others,
    // and
    // 45 kB of garbage, anew for each request.
    defaults.put("server.tomcat.processor-cache", "1024");
    // Uploads are streamed with a limit of their own; a refused body is read to its end up to here,
    // so that the caller gets the answer and not a reset connection.
    defaults.put("server.tomcat.max-swallow-size", "8MB");
    defaults.put("logging.level.root", "warn");
    defaults.put("logging.level.io.millrace", "info");
    defaults.put("logging.level.org.apache.kafka", "error");
    defaults.put("logging.level.kafka", "error");
    defaults.put("logging.level.state.change.logger", "error");
    defaults.put("logging.level.org.flywaydb", "warn");
    // A job that fails is told by its own record, not by a stack trace of Spring Batch.
    defaults.put("logging.level.org.springframework.batch", "off");
    // What is wrong with the schema of a workflow's input is told to those who sent it.
    defaults.put("logging.level.com.networknt", "off");
    // A start that fails is reported once, by its failure analysis or in full; not a line before.
    defaults.put("logging.level.org.springframework.boot.web.server.servlet.context", "error");
    defaults.put("logging.level.org.springframework.context.annotation", "error");
    defaults.put(
        "logging.pattern.console",
        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %-22thread %msg %kvp%n");
    return defaults;
  }
}
