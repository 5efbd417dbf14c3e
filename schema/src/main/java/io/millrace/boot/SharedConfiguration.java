package io.millrace.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.announce.AnnounceLoop;
import io.millrace.announce.EventTopic;
import io.millrace.cache.LandingLoop;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.runtime.Ids;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.BacklogStore;
import io.millrace.store.Database;
import io.millrace.store.LandingStore;
import io.millrace.store.LimitStore;
import io.millrace.store.OutboxStore;
import io.millrace.store.PartitionStore;
import io.millrace.store.RunAdvanceStore;
import io.millrace.store.RunHaltStore;
import io.millrace.store.WorkflowStore;
import io.millrace.wire.KafkaSettings;
import io.millrace.workflow.engine.CompiledPlan;
import io.millrace.workflow.engine.PlanWarmup;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.engine.RunDecisions;
import io.millrace.workflow.engine.RunLoop;
import io.millrace.workflow.engine.TaskMaker;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts an API and a worker both hold, once per process even when they share one. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  DatabaseProperties.class,
  KafkaProperties.class,
  DatasetProperties.class,
  EventProperties.class,
  QueueProperties.class,
  ArtifactProperties.class
})
public class SharedConfiguration {
  /** Refuses bad values before anything is connected to, so that an outage cannot hide them. */
  @Bean
  static BeanFactoryPostProcessor configurationFirst() {
    return beans -> {
      String[] properties =
          Arrays.stream(beans.getBeanDefinitionNames())
              .filter(name -> name.startsWith("millrace."))
              .toArray(String[]::new);
      beans.getBeanDefinition("database").setDependsOn(properties);
    };
  }

  /** The pool, its tables brought up to date. */
  @Bean
  Database database(DatabaseProperties properties, EventProperties events) {
    Database database =
        Database.open(
            properties.url(),
            properties.username(),
            properties.password(),
            properties.connections(),
            properties.checkout());
    database.migrate();
    if (events.publish()) {
      database.publishEvents();
    }
    return database;
  }

  @Bean
  KafkaSettings kafkaSettings(KafkaProperties properties) {
    return properties.settings();
  }

  @Bean(destroyMethod = "close")
  Producer<byte[], byte[]> producer(KafkaSettings kafka) {
    return kafka.producer();
  }

  /** Closed before the producer and the pool it uses, as Spring destroys in reverse. */
  @Bean(initMethod = "start", destroyMethod = "close")
  AnnounceLoop announcer(Producer<byte[], byte[]> producer, Database database, EventTopic events) {
    return new AnnounceLoop(producer, new OutboxStore(database), events);
  }

  @Bean
  MeterBinder publishMetrics(AnnounceLoop announcer) {
    return registry ->
        FunctionCounter.builder("millrace.events.published", announcer, AnnounceLoop::published)
            .description("events that Kafka acknowledged to this process")
            .register(registry);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  EventTopic eventTopic(
      KafkaSettings kafka, KafkaProperties kafkaProperties, EventProperties properties) {
    EventTopic.Publishing publishing =
        new EventTopic.Publishing(
            properties.source(), properties.partitions(), properties.retention());
    return new EventTopic(
        kafka, properties.publish() ? publishing : null, (short) kafkaProperties.replication());
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  GateLoop gate(Database database, AnnounceLoop announcer) {
    return new GateLoop(new LimitStore(database), announcer);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  PaceLoop pace(QueueProperties properties, Database database, AnnounceLoop announcer) {
    return new PaceLoop(new BacklogStore(database), announcer, properties.aging(), Time.SYSTEM);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  LandingLoop landing(Database database, AnnounceLoop announcer, GateLoop gate) {
    return new LandingLoop(new LandingStore(database), announcer, gate);
  }

  @Bean
  Plans plans() {
    return new Plans(CompiledPlan::of);
  }

  /** In the background, so that neither the start nor the first run waits for it. */
  @Bean(initMethod = "start", destroyMethod = "close")
  @NotInQuarantine
  PlanWarmup planWarmup(Plans plans, Database database) {
    return new PlanWarmup(plans, new WorkflowStore(database));
  }

  @Bean
  MeterBinder planMetrics(Plans plans) {
    return registry -> {
      FunctionCounter.builder("millrace.plans.hits", plans, Plans::hits)
          .description("plans of workflows that this process had compiled before")
          .register(registry);
      FunctionCounter.builder("millrace.plans.misses", plans, Plans::misses)
          .description("plans of workflows that this process compiled when a run needed them")
          .register(registry);
      FunctionCounter.builder("millrace.plans.ahead", plans, Plans::compiledAhead)
          .description("plans of workflows that this process compiled before a run needed them")
          .register(registry);
    };
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  RunLoop runs(
      Database database,
      Plans plans,
      Ids ids,
      ArtifactProperties artifacts,
      AnnounceLoop announcer,
      GateLoop gate,
      PaceLoop pace) {
    return new RunLoop(
        new RunAdvanceStore(database),
        new RunHaltStore(database),
        new RunDecisions(plans, new TaskMaker(ids, artifacts.inlineBytes())),
        announcer,
        gate,
        pace);
  }

  /** Makes partitions ahead, in every process: one that runs alone for weeks needs them too. */
  @Bean(initMethod = "start", destroyMethod = "close")
  PeriodicLoop partitions(Database database) {
    PartitionStore partitions = new PartitionStore(database);
    return new PeriodicLoop(
        "partition",
        Duration.ofHours(1),
        () -> {
          partitions.ensure();
          return false;
        });
  }

  @Bean
  Ids ids() {
    return new Ids();
  }
}
