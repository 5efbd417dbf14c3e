package io.millrace.api.boot;

import io.millrace.api.run.RunEvents;
import io.millrace.api.run.RunWatch;
import io.millrace.api.watch.WatchLoop;
import io.millrace.boot.EventProperties;
import io.millrace.runtime.Time;
import io.millrace.store.Database;
import io.millrace.store.RunLogStore;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.engine.Plans;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts with which callers follow runs: like those for jobs, beside them. */
@Configuration(proxyBeanMethods = false)
class RunWatchConfiguration {
  @Bean
  RunWatch runWatch(Database database, Plans plans, EventProperties properties) {
    RunEvents log = new RunEvents(new RunLogStore(database), new WorkflowStore(database), plans);
    return new RunWatch(
        log, new WatchLoop("watch-runs", log, properties.maxWatchers(), Time.SYSTEM));
  }

  @Bean
  RunWatchLifecycle runWatchLifecycle(RunWatch runs) {
    return new RunWatchLifecycle(runs.loop());
  }
}
