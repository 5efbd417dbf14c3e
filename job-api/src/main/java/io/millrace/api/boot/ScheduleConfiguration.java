package io.millrace.api.boot;

import io.millrace.announce.AnnounceLoop;
import io.millrace.api.admission.Admission;
import io.millrace.api.run.RunAdmission;
import io.millrace.api.schedule.Schedules;
import io.millrace.gate.GateLoop;
import io.millrace.store.Database;
import io.millrace.store.ScheduleStore;
import io.millrace.workflow.engine.RunLoop;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Schedules, as the API has them. */
@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {
  @Bean
  Schedules schedules(
      Database database,
      Admission admission,
      RunAdmission runAdmission,
      AnnounceLoop announcer,
      RunLoop runs,
      GateLoop gate) {
    return new Schedules(
        new ScheduleStore(database), admission, runAdmission, announcer, runs, gate);
  }
}
