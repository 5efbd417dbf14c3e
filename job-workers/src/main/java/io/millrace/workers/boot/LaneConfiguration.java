package io.millrace.workers.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.model.JobType;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import io.millrace.store.Database;
import io.millrace.store.QuarantineStore;
import io.millrace.store.ReapStore;
import io.millrace.workers.quarantine.LaneKeeper;
import io.millrace.workers.upkeep.LeaderLoop;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

/** What a worker does for the quarantine lane. */
@Configuration(proxyBeanMethods = false)
class LaneConfiguration {
  private static final int SUFFIX_CHARS = 8;

  @Bean
  OwnApplication ownApplication() {
    return new OwnApplication();
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  LaneKeeper laneKeeper(
      WorkerProperties properties,
      Database database,
      AnnounceLoop announcer,
      GateLoop gate,
      LeaderLoop leader,
      WorkerRuntime worker,
      OwnApplication own,
      Ids ids) {
    LaneKeeper.Turn turn =
        new LaneKeeper.Turn(
            leader,
            worker.types().stream().map(JobType::name).toList(),
            new QuarantineLauncher(properties.quarantine().heap().toBytes(), own::handover),
            () -> properties.shownName() + "/quarantine-" + suffix(ids));
    return new LaneKeeper(
        new QuarantineStore(database), new ReapStore(database), announcer, gate, turn, Time.SYSTEM);
  }

  /** The last characters of an id are random. */
  private static String suffix(Ids ids) {
    String id = ids.next().toString();
    return id.substring(id.length() - SUFFIX_CHARS);
  }

  /** Runner and running jobs are told to stop at the same time, not one after the other. */
  @Bean
  ApplicationListener<ApplicationEvent> laneEvents(OwnApplication own, LaneKeeper keeper) {
    return event -> {
      switch (event) {
        case ApplicationStartedEvent started -> own.started(started);
        case ContextClosedEvent _ -> keeper.leave();
        default -> {}
      }
    };
  }

  @Bean
  MeterBinder laneMetrics(LaneKeeper keeper, WorkerRuntime worker) {
    return registry -> {
      Gauge.builder("millrace.quarantine.waiting", keeper, LaneKeeper::length)
          .description("jobs that wait in the quarantine lane of the installation")
          .register(registry);
      FunctionCounter.builder(
              "millrace.quarantine.condemned",
              keeper,
              k -> (double) k.condemned() + worker.condemned())
          .description("jobs this process failed because they died in the quarantine lane")
          .register(registry);
    };
  }
}
