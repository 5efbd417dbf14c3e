package io.millrace.api.boot;

import io.millrace.announce.AnnounceLoop;
import io.millrace.api.admission.EditedPayloads;
import io.millrace.api.admission.TypeCatalogue;
import io.millrace.api.control.JobControls;
import io.millrace.api.control.Replays;
import io.millrace.api.control.RunLimits;
import io.millrace.api.http.ControlHttpConfiguration;
import io.millrace.api.query.DrainRate;
import io.millrace.api.query.PoolTrends;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import io.millrace.store.BacklogStore;
import io.millrace.store.CancelStore;
import io.millrace.store.Database;
import io.millrace.store.DeadLetterStore;
import io.millrace.store.FleetStore;
import io.millrace.store.JobStore;
import io.millrace.store.LimitStore;
import io.millrace.store.ReplayStore;
import io.millrace.store.RetryStore;
import io.millrace.store.WhyStore;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The parts that act on jobs after their submission, and those that explain them. */
@Configuration(proxyBeanMethods = false)
@Import(ControlHttpConfiguration.class)
class ControlConfiguration {
  @Bean
  JobControls jobControls(
      Database database, JobStore jobs, AnnounceLoop announcer, PaceLoop pace, GateLoop gate) {
    return new JobControls(
        new CancelStore(database), new RetryStore(database), jobs, announcer, pace, gate);
  }

  @Bean
  EditedPayloads editedPayloads(TypeCatalogue types) {
    return new EditedPayloads(types);
  }

  @Bean
  DeadLetterStore deadLetterStore(Database database) {
    return new DeadLetterStore(database);
  }

  @Bean
  Replays replays(Database database, Ids ids) {
    return new Replays(new ReplayStore(database), ids);
  }

  @Bean
  RunLimits runLimits(Database database, GateLoop gate) {
    return new RunLimits(new LimitStore(database), gate);
  }

  @Bean
  WhyStore whyStore(Database database) {
    return new WhyStore(database);
  }

  @Bean
  FleetStore fleetStore(Database database) {
    return new FleetStore(database);
  }

  @Bean
  BacklogStore backlogStore(Database database) {
    return new BacklogStore(database);
  }

  @Bean
  DrainRate drainRate() {
    return new DrainRate();
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  PoolTrends poolTrends(FleetStore fleet, DrainRate drain) {
    return new PoolTrends(fleet::counts, drain, Time.SYSTEM);
  }

  @Bean
  QueueMetrics queueMetrics(PoolTrends trends) {
    return new QueueMetrics(trends);
  }

  /** Estimates are missing while the counters cannot be read; nothing else is. */
  @Bean
  HealthIndicator millraceEstimates(PoolTrends trends) {
    return () -> {
      String trouble = trends.loop().trouble();
      return trouble == null
          ? Health.up().build()
          : Health.up().withDetail("estimates", trouble).build();
    };
  }
}
