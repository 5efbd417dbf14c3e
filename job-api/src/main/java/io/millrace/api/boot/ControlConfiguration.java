package io.millrace.api.boot;

import io.millrace.announce.AnnounceLoop;
import io.millrace.api.control.JobControls;
import io.millrace.api.http.ControlHttpConfiguration;
import io.millrace.store.CancelStore;
import io.millrace.store.Database;
import io.millrace.store.JobStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The parts that act on jobs after their submission. */
@Configuration(proxyBeanMethods = false)
@Import(ControlHttpConfiguration.class)
class ControlConfiguration {
  /** Wakes the loop that admits jobs under limits; it would find out by itself a little later. */
  private static final Runnable GATE = () -> {};

  @Bean
  JobControls jobControls(Database database, JobStore jobs, AnnounceLoop announcer) {
    return new JobControls(new CancelStore(database), jobs, announcer, GATE);
  }
}
