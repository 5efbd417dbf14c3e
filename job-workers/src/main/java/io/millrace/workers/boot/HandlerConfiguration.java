package io.millrace.workers.boot;

import io.millrace.boot.ConfigurationRefusedException;
import io.millrace.boot.DatasetProperties;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.Database;
import io.millrace.workers.analysis.DatasetColumnsHandler;
import io.millrace.workers.analysis.DatasetProfileHandler;
import io.millrace.workers.analysis.DatasetRankHandler;
import io.millrace.workers.analysis.DatasetScoreHandler;
import io.millrace.workers.handlers.EchoHandler;
import io.millrace.workers.handlers.FailHandler;
import io.millrace.workers.handlers.SleepHandler;
import io.millrace.workers.handlers.http.HttpRequestHandler;
import io.millrace.workers.handlers.http.HttpRequestSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The job types every worker brings along. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HandlerConfiguration.HttpRequestProperties.class)
class HandlerConfiguration {
  private static final Duration TRIM_PAUSE = Duration.ofHours(1);
  private static final Duration ABANDONED_AFTER = Duration.ofDays(8);
  private static final int TRIM_LIMIT = 100;

  /**
   * {@code millrace.http-request.*}.
   *
   * @param allowedHosts where {@code http.request} may go; nowhere unless set
   * @param privateNetworks networks an allowed name may resolve into; public addresses only unless
   *     set
   * @param maxConnections open connections at once, 1 to 10,000
   */
  @ConfigurationProperties("millrace.http-request")
  record HttpRequestProperties(
      @DefaultValue List<String> allowedHosts,
      @DefaultValue List<String> privateNetworks,
      @DefaultValue("256") int maxConnections) {}

  @Bean
  EchoHandler echoHandler() {
    return new EchoHandler();
  }

  @Bean
  SleepHandler sleepHandler() {
    return new SleepHandler();
  }

  @Bean
  FailHandler failHandler() {
    return new FailHandler();
  }

  @Bean
  DatasetProfileHandler datasetProfileHandler(Database database, DatasetProperties datasets)
      throws SQLException {
    DatasetProfileHandler handler =
        new DatasetProfileHandler(database.dataSource(), datasets.ofTenants(), Time.SYSTEM::nanos);
    handler.prepare();
    return handler;
  }

  @Bean
  DatasetColumnsHandler datasetColumnsHandler(DatasetProperties datasets) {
    return new DatasetColumnsHandler(datasets.ofTenants());
  }

  @Bean
  DatasetScoreHandler datasetScoreHandler(DatasetProperties datasets) {
    return new DatasetScoreHandler(datasets.ofTenants());
  }

  @Bean
  DatasetRankHandler datasetRankHandler() {
    return new DatasetRankHandler();
  }

  /** Deletes what profiles that never ended left behind. */
  @Bean(initMethod = "start", destroyMethod = "close")
  PeriodicLoop profileTrim(DatasetProfileHandler profiles) {
    return new PeriodicLoop(
        "profile-trim", TRIM_PAUSE, () -> profiles.trim(ABANDONED_AFTER, TRIM_LIMIT) == TRIM_LIMIT);
  }

  @Bean(destroyMethod = "close")
  HttpRequestHandler httpRequestHandler(HttpRequestProperties properties) {
    try {
      return new HttpRequestHandler(
          new HttpRequestSettings(
              properties.allowedHosts(),
              properties.privateNetworks(),
              properties.maxConnections()));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationRefusedException(String.valueOf(e.getMessage()));
    }
  }
}
