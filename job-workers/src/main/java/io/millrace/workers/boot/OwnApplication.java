package io.millrace.workers.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The application this worker belongs to, so that it can be started once more in another JVM. */
final class OwnApplication {
  /** What a JVM knows by itself. */
  private static final Pattern JVM_PROPERTY =
      Pattern.compile("(java|jdk|sun|os|user|file|line|path|awt|native|stdin|stdout|stderr)\\..*");

  /** Inherited by every child, or of the web server. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
          StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
          "servletContextInitParams",
          "servletConfigInitParams",
          "server.ports");

  private volatile @Nullable ApplicationStartedEvent started;

  void started(ApplicationStartedEvent event) {
    started = event;
  }

  /** What a runner of this name is told; null while the application starts. */
  @Nullable Handover handover(String name) {
    ApplicationStartedEvent event = started;
    if (event == null) {
      return null;
    }
    List<String> sources = new ArrayList<>();
    for (Object source : event.getSpringApplication().getAllSources()) {
      sources.add(source instanceof Class<?> type ? type.getName() : String.valueOf(source));
    }
    return new Handover(
        sources,
        QuarantineLauncher.adapted(
            properties(event.getApplicationContext().getEnvironment()), name),
        systemProperties());
  }

  /**
   * Every property that has a name, as it is resolved: with placeholders, in order of precedence.
   */
  private static Map<String, String> properties(ConfigurableEnvironment environment) {
    Map<String, String> properties = new TreeMap<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> listed
          && !LEFT_OUT.contains(source.getName())) {
        for (String key : listed.getPropertyNames()) {
          String value = environment.getProperty(key);
          if (value != null) {
            properties.put(key, value);
          }
        }
      }
    }
    return properties;
  }

  private static Map<String, String> systemProperties() {
    Map<String, String> properties = new TreeMap<>();
    for (String key : System.getProperties().stringPropertyNames()) {
      String value = System.getProperty(key);
      if (value != null && !JVM_PROPERTY.matcher(key).matches()) {
        properties.put(key, value);
      }
    }
    return properties;
  }
}
