package io.millrace.ops.up;

import io.millrace.local.LocalSettings;
import io.millrace.local.LocalStack;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The embedded stack, configured by {@code millrace.local.*}. */
@Configuration(proxyBeanMethods = false)
class InfraConfiguration {
  @Bean(destroyMethod = "close")
  LocalStack localStack(
      @Value("${" + LocalSettings.DATA_DIRECTORY + "}") Path data,
      @Value("${" + LocalSettings.POSTGRES_PORT + ":0}") int postgresPort,
      @Value("${" + LocalSettings.KAFKA_PORT + ":0}") int kafkaPort,
      @Value("${" + LocalSettings.REDIS_PORT + ":0}") int redisPort,
      Environment environment) {
    LocalSettings settings =
        LocalSettings.at(data)
            .withCacheDirectory(
                environment.getProperty(
                    LocalSettings.CACHE_DIRECTORY,
                    Path.class,
                    LocalSettings.at(data).cacheDirectory()))
            .withStartTimeout(
                environment.getProperty(
                    LocalSettings.START_TIMEOUT,
                    Duration.class,
                    LocalSettings.at(data).startTimeout()))
            .withPorts(postgresPort, kafkaPort, redisPort)
            // The process stops its parts in order itself.
            .withShutdownHook(false);
    var broker =
        Binder.get(environment)
            .bind(LocalSettings.BROKER_PROPERTIES, Bindable.mapOf(String.class, String.class))
            .orElseGet(java.util.Map::of);
    for (var property : broker.entrySet()) {
      settings = settings.withBrokerProperty(property.getKey(), property.getValue());
    }
    return LocalStack.start(settings);
  }
}
