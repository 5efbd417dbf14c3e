package io.millrace.workers.boot;

import io.millrace.announce.AnnounceLoop;
import io.millrace.boot.DatabaseProperties;
import io.millrace.boot.KafkaProperties;
import io.millrace.boot.SharedConfiguration;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.store.Database;
import io.millrace.wire.KafkaSettings;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.quarantine.Dismissal;
import io.millrace.workers.run.HandlerRegistry;
import io.millrace.workflow.engine.RunLoop;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The parts of a quarantine runner: those of a worker, without polling and without upkeep. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WorkerProperties.class)
@Import({SharedConfiguration.class, HandlerConfiguration.class})
class QuarantineConfiguration {
  @Bean(destroyMethod = "")
  WorkerRuntime workerRuntime(
      WorkerProperties properties,
      KafkaProperties kafkaProperties,
      DatabaseProperties databaseProperties,
      Database database,
      KafkaSettings kafka,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      RunLoop runs,
      Dismissal dismissal,
      List<JobHandler<?>> handlers) {
    return WorkerRuntime.ofLane(
        properties.settings(kafkaProperties, databaseProperties),
        database,
        kafka,
        announcer,
        pace,
        gate,
        runs,
        new HandlerRegistry(handlers),
        new WorkerRuntime.LaneOf(properties.quarantine().idle(), dismissal));
  }

  @Bean
  SmartLifecycle workerLifecycle(WorkerRuntime worker) {
    return new WorkerLifecycle(worker);
  }
}
