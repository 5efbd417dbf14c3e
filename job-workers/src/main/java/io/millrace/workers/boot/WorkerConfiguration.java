package io.millrace.workers.boot;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.announce.AnnounceLoop;
import io.millrace.boot.DatabaseProperties;
import io.millrace.boot.KafkaProperties;
import io.millrace.boot.NotInQuarantine;
import io.millrace.boot.SharedConfiguration;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Loop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.store.Database;
import io.millrace.wire.KafkaSettings;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.poll.GroupCheck;
import io.millrace.workers.quarantine.LaneKeeper;
import io.millrace.workers.run.HandlerRegistry;
import io.millrace.workers.upkeep.LeaderChores;
import io.millrace.workers.upkeep.LeaderLoop;
import io.millrace.workflow.engine.RunLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The parts of a worker. Every {@link JobHandler} bean of the context is one of its types. */
@NotInQuarantine
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WorkerProperties.class)
@Import({
  SharedConfiguration.class,
  HandlerConfiguration.class,
  LeaderConfiguration.class,
  LaneConfiguration.class
})
public class WorkerConfiguration {
  /** The database is the first that takes time; Kafka is asked meanwhile. */
  @Bean
  static BeanFactoryPostProcessor firstCheckFirst() {
    return beans -> {
      BeanDefinition database = beans.getBeanDefinition("database");
      String[] before = database.getDependsOn() == null ? new String[0] : database.getDependsOn();
      String[] all = Arrays.copyOf(before, before.length + 1);
      all[before.length] = "firstCheck";
      database.setDependsOn(all);
    };
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  FirstCheck firstCheck(
      WorkerProperties properties,
      KafkaProperties kafkaProperties,
      DatabaseProperties databaseProperties,
      KafkaSettings kafka,
      Ids ids) {
    WorkerSettings settings = properties.settings(kafkaProperties, databaseProperties);
    return new FirstCheck(
        new GroupCheck(kafka, settings.partitions(), settings.replication()),
        settings.poolNames(),
        ids,
        WorkerRuntime.CANARY_PATIENCE);
  }

  @Bean(destroyMethod = "")
  WorkerRuntime workerRuntime(
      WorkerProperties properties,
      KafkaProperties kafkaProperties,
      DatabaseProperties databaseProperties,
      Database database,
      KafkaSettings kafka,
      FirstCheck firstCheck,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      RunLoop runs,
      List<JobHandler<?>> handlers) {
    return new WorkerRuntime(
        properties.settings(kafkaProperties, databaseProperties),
        database,
        kafka,
        firstCheck,
        announcer,
        pace,
        gate,
        runs,
        new HandlerRegistry(handlers));
  }

  /** Starts the worker last and stops it first, before anything it uses is torn down. */
  @Bean
  SmartLifecycle workerLifecycle(WorkerRuntime worker) {
    return new WorkerLifecycle(worker);
  }

  @Bean
  MeterBinder workerMetrics(WorkerRuntime worker, AnnounceLoop announcer) {
    return new WorkerMetrics(worker, announcer);
  }

  @Bean
  HealthIndicator millraceWorker(
      WorkerRuntime worker,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      RunLoop runs,
      List<PeriodicLoop> chores,
      LeaderLoop leader,
      LeaderChores leaderChores,
      LaneKeeper lane) {
    return () -> {
      List<String> troubles = new ArrayList<>(worker.troubles());
      if (lane.startTrouble() != null) {
        troubles.add(lane.startTrouble());
      }
      Stream.of(
              Stream.of(announcer, pace, gate, runs, leader, lane),
              chores.stream(),
              leaderChores.loops().stream())
          .flatMap(loops -> loops)
          .map(Loop::trouble)
          .filter(Objects::nonNull)
          .forEach(troubles::add);
      Health.Builder health =
          troubles.isEmpty()
              ? Health.up().withDetail("running", worker.running())
              : Health.outOfService().withDetail("reasons", troubles);
      return health
          .withDetail("leads", leader.leads())
          .withDetail("leader", Objects.requireNonNullElse(leader.holder(), "unknown"))
          .build();
    };
  }

  /** Part of the liveness: down for good when a defect has ended a loop. */
  @Bean
  HealthIndicator millraceWorkerLoops(
      WorkerRuntime worker, LeaderChores leaderChores, ObjectProvider<Loop> loops) {
    return () -> {
      List<String> ended = new ArrayList<>(worker.endedLoops());
      Stream.concat(leaderChores.loops().stream(), loops.stream())
          .filter(Loop::hasEnded)
          .map(Loop::name)
          .forEach(ended::add);
      return ended.isEmpty()
          ? Health.up().build()
          : Health.down().withDetail("endedByADefect", ended).build();
    };
  }
}
