package io.millrace.workers.boot;

import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.Database;
import io.millrace.store.RunNewsStore;
import io.millrace.store.WorkflowStore;
import io.millrace.workers.listener.Listening;
import io.millrace.workers.listener.RunListener;
import io.millrace.workflow.engine.Plans;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tells the {@link RunListener} beans of the context; without any, its loop never starts. */
@Configuration(proxyBeanMethods = false)
class ListenerConfiguration {
  private static final Duration PAUSE = Duration.ofMillis(200);

  @Bean(destroyMethod = "close")
  PeriodicLoop runListeners(ObjectProvider<RunListener> listeners, Database database, Plans plans) {
    List<RunListener> found = listeners.stream().toList();
    PeriodicLoop loop =
        new PeriodicLoop(
            "listeners",
            PAUSE,
            new Listening(
                found,
                new RunNewsStore(database),
                new WorkflowStore(database),
                plans,
                Time.SYSTEM));
    if (!found.isEmpty()) {
      loop.start();
    }
    return loop;
  }
}
