package io.millrace.workers.schedule;

import io.millrace.model.Firing;
import io.millrace.model.Firing.Outcome;
import io.millrace.schedule.FiringPlan;
import io.millrace.store.FiringStore.Step;

/** Makes what one schedule makes at an instant, or says why not. */
@FunctionalInterface
interface StepMaker {
  Step at(FiringPlan.Step step);

  /** One that makes nothing. */
  static StepMaker refusing(String why) {
    return step -> Step.nothing(new Firing(step.at(), Outcome.REFUSED, null, null, why));
  }
}
