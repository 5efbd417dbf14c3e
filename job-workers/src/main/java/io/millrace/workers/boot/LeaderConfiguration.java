package io.millrace.workers.boot;

import io.millrace.gate.PaceLoop;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import io.millrace.store.Database;
import io.millrace.store.LeaderStore;
import io.millrace.workers.upkeep.LeaderChores;
import io.millrace.workers.upkeep.LeaderLoop;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The lead, and what only the leader does. Started with the context and ended after the worker: the
 * chores go on while running jobs drain.
 */
@Configuration(proxyBeanMethods = false)
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

  /** Closed before the lead is given up, as Spring destroys in reverse. */
  @Bean(initMethod = "start", destroyMethod = "close")
  LeaderChores leaderChores(Database database, LeaderLoop leader) {
    return new LeaderChores(database, leader);
  }
}
