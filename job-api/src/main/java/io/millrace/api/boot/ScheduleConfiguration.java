package io.millrace.api.boot;

import io.millrace.announce.AnnounceLoop;
import io.millrace.api.admission.Admission;
import io.millrace.api.schedule.Schedules;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.store.Database;
import io.millrace.store.ScheduleStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Schedules, as the API has them. */
@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {
  @Bean
  Schedules schedules(
      Database database,
      Admission admission,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate) {
    return new Schedules(new ScheduleStore(database), admission, announcer, pace, gate);
  }
}
