package io.millrace.workers.boot;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import io.millrace.store.Database;
import io.millrace.store.FiringStore;
import io.millrace.store.LeaderStore;
import io.millrace.store.RetentionStore;
import io.millrace.store.RunRetentionStore;
import io.millrace.store.TypeStore;
import io.millrace.store.VersionRetentionStore;
import io.millrace.workers.schedule.Scheduler;
import io.millrace.workers.upkeep.LeaderChores;
import io.millrace.workers.upkeep.LeaderLoop;
import io.millrace.workers.upkeep.Retention;
import io.millrace.workers.upkeep.RunRetention;
import io.millrace.workflow.engine.RunLoop;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The lead, and what only the leader does. Started with the context and ended after the worker: the
 * chores go on while running jobs drain.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RetentionProperties.class)
class LeaderConfiguration {
  /** Also the {@link io.millrace.runtime.Leadership} for whoever asks for one. */
  @Bean(initMethod = "start", destroyMethod = "close")
  LeaderLoop leader(WorkerProperties properties, Database database, PaceLoop pace, Ids ids) {
    LeaderStore store = new LeaderStore(database, "upkeep");
    LeaderLoop.Office office =
        new LeaderLoop.Office() {
          @Override
          public @Nullable String hold(String holder, Duration term) throws SQLException {
            return store.hold(holder, term);
          }

          @Override
          public void release(String holder) throws SQLException {
            store.release(holder);
          }
        };
    // A name may be given to two processes by mistake; the id tells their terms apart.
    LeaderLoop leader =
        new LeaderLoop(office, properties.shownName() + " " + ids.next(), Time.SYSTEM);
    pace.leadWhen(leader::leads);
    return leader;
  }

  @Bean
  Scheduler scheduler(
      Database database, AnnounceLoop announcer, RunLoop runs, GateLoop gate, Ids ids) {
    return new Scheduler(
        new FiringStore(database), new TypeStore(database), announcer, runs, gate, ids);
  }

  @Bean
  Retention retention(Database database, RetentionProperties properties) {
    return new Retention(new RetentionStore(database), properties.keep(), Time.SYSTEM);
  }

  @Bean
  RunRetention runRetention(Database database, RetentionProperties properties) {
    return new RunRetention(
        new RunRetentionStore(database),
        new VersionRetentionStore(database),
        properties.keep(),
        properties.versions(),
        Time.SYSTEM);
  }

  /** Closed before the lead is given up, as Spring destroys in reverse. */
  @Bean(initMethod = "start", destroyMethod = "close")
  LeaderChores leaderChores(
      Database database,
      LeaderLoop leader,
      Scheduler scheduler,
      Retention retention,
      RunRetention runRetention) {
    return new LeaderChores(database, leader, scheduler, retention, runRetention);
  }

  @Bean
  MeterBinder leaderMetrics(
      LeaderLoop leader, Scheduler scheduler, Retention retention, RunRetention runRetention) {
    return new LeaderMetrics(leader, scheduler, retention, runRetention);
  }
}
