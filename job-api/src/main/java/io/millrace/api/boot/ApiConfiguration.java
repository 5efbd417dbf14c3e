package io.millrace.api.boot;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.announce.AnnounceLoop;
import io.millrace.api.access.KeyRing;
import io.millrace.api.admission.Admission;
import io.millrace.api.admission.PayloadValidator;
import io.millrace.api.admission.TypeCatalogue;
import io.millrace.api.dataset.DatasetHashes;
import io.millrace.api.dataset.DatasetUploads;
import io.millrace.api.http.HttpConfiguration;
import io.millrace.api.intake.BacklogLimits;
import io.millrace.api.intake.Intake;
import io.millrace.api.intake.KeptResults;
import io.millrace.api.query.JobReader;
import io.millrace.api.query.StatusReads;
import io.millrace.api.run.RunIntake;
import io.millrace.boot.DatasetProperties;
import io.millrace.boot.NotInQuarantine;
import io.millrace.boot.RedisProperties;
import io.millrace.boot.SharedConfiguration;
import io.millrace.cache.FinishedJobCache;
import io.millrace.cache.Invalidations;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import io.millrace.store.ApiKeyStore;
import io.millrace.store.AttemptStore;
import io.millrace.store.BacklogStore;
import io.millrace.store.Database;
import io.millrace.store.JobListStore;
import io.millrace.store.JobStore;
import io.millrace.store.OutboxStore;
import io.millrace.store.QueueStore;
import io.millrace.store.TypeStore;
import io.millrace.store.WorkerStore;
import io.millrace.workflow.engine.RunLoop;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The parts of the API. */
@NotInQuarantine
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({IntakeProperties.class, RedisProperties.class})
@Import({
  SharedConfiguration.class,
  WatchConfiguration.class,
  CacheConfiguration.class,
  HttpConfiguration.class,
  ControlConfiguration.class,
  ScheduleConfiguration.class,
  RunConfiguration.class,
  WorkflowConfiguration.class
})
public class ApiConfiguration {
  /**
   * A leader folds them every second. Without workers nobody does, and every reading of the
   * counters would take longer than the one before it.
   */
  private static final int MANY_DELTAS = 5_000;

  @Bean
  JobStore jobStore(Database database) {
    return new JobStore(database);
  }

  @Bean(destroyMethod = "close")
  FinishedJobCache finishedJobs(RedisProperties properties) {
    return FinishedJobCache.inMemory(
        properties
            .settings()
            .map(settings -> FinishedJobCache.redis(settings, new SplittableRandom()))
            .orElseGet(FinishedJobCache::none));
  }

  @Bean
  CacheMeters cacheMeters(FinishedJobCache cache) {
    return new CacheMeters(cache.counts());
  }

  @Bean
  JobReader jobReader(
      JobStore jobs, Database database, FinishedJobCache cache, StatusReads statuses) {
    return new JobReader(jobs, new AttemptStore(database), cache, statuses);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  StatusReads statusReads(JobStore jobs, FinishedJobCache cache) {
    return new StatusReads(jobs, cache);
  }

  @Bean
  JobListStore jobListStore(Database database) {
    return new JobListStore(database);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  BacklogLimits backlogLimits(IntakeProperties properties, Database database) {
    QueueStore queues = new QueueStore(database);
    return new BacklogLimits(
        () -> {
          queues.foldIfMany(MANY_DELTAS);
          return queues.loads();
        },
        new BacklogStore(database)::tenantLoads,
        properties.maxBacklogPerPool(),
        properties.maxBacklogPerTenant(),
        Time.SYSTEM);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  Intake intake(
      IntakeProperties properties,
      Database database,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      BacklogLimits limits,
      KeptResults kept) {
    return new Intake(
        kept,
        new OutboxStore(database),
        announcer,
        pace,
        gate,
        properties.capacity(),
        properties.maxBatch(),
        properties.maxUnannounced(),
        limits);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  TypeCatalogue typeCatalogue(Database database) {
    return new TypeCatalogue(new TypeStore(database), new WorkerStore(database), Time.SYSTEM);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  KeyRing keyRing(Database database) {
    return new KeyRing(new ApiKeyStore(database)::all, Time.SYSTEM);
  }

  @Bean
  Admission admission(TypeCatalogue types, Ids ids, DatasetProperties datasets) {
    return new Admission(
        types, new PayloadValidator(), ids, Time.SYSTEM, new DatasetHashes(datasets.ofTenants()));
  }

  @Bean
  DatasetUploads datasetUploads(DatasetProperties properties, Ids ids) {
    return new DatasetUploads(properties.ofTenants(), properties.maxSize().toBytes(), ids);
  }

  @Bean
  MeterBinder apiMetrics(Intake intake) {
    return new ApiMetrics(intake);
  }

  /**
   * Down when a loop is in trouble. Kafka or Redis being away is not the API's trouble: jobs are
   * kept, and answers come from PostgreSQL.
   */
  @Bean
  HealthIndicator millraceApi(
      Intake intake,
      TypeCatalogue types,
      KeyRing keys,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      RunLoop runs,
      RunIntake runIntake,
      StatusReads statuses,
      FinishedJobCache cache,
      KeptResults kept,
      Invalidations invalidations) {
    return () -> {
      List<String> troubles =
          Stream.concat(
                  intake.loops().stream(),
                  Stream.of(
                      types.loop(),
                      keys.loop(),
                      statuses.loop(),
                      announcer,
                      pace,
                      gate,
                      runs,
                      runIntake.loop(),
                      kept.loop(),
                      invalidations.loop()))
              .map(Loop::trouble)
              .filter(Objects::nonNull)
              .toList();
      Health.Builder health = troubles.isEmpty() ? Health.up() : Health.outOfService();
      if (!troubles.isEmpty()) {
        health.withDetail("reasons", troubles);
      }
      String kafka = announcer.kafkaTrouble();
      if (kafka != null) {
        health.withDetail("kafka", "jobs wait in the outbox: " + kafka);
      }
      String redis = cache.trouble();
      if (redis != null) {
        health.withDetail("redis", "away: " + redis + ", answers come from PostgreSQL");
      }
      return health.withDetail("unannouncedBatches", intake.unannounced()).build();
    };
  }

  /** Part of the liveness: down for good when a defect has ended a loop. */
  @Bean
  HealthIndicator millraceApiLoops(
      Intake intake,
      TypeCatalogue types,
      KeyRing keys,
      StatusReads statuses,
      RunIntake runIntake,
      ObjectProvider<Loop> loops) {
    return () -> {
      List<String> ended =
          Stream.of(
                  intake.loops().stream(),
                  Stream.of(types.loop(), keys.loop(), statuses.loop(), runIntake.loop()),
                  loops.stream())
              .flatMap(some -> some)
              .filter(Loop::hasEnded)
              .map(Loop::name)
              .toList();
      return ended.isEmpty()
          ? Health.up().build()
          : Health.down().withDetail("endedByADefect", ended).build();
    };
  }
}
