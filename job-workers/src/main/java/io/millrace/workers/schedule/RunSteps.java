package io.millrace.workers.schedule;

import io.millrace.model.Firing;
import io.millrace.model.Firing.Outcome;
import io.millrace.model.NewRun;
import io.millrace.model.Schedule;
import io.millrace.runtime.Ids;
import io.millrace.schedule.RunTemplate;
import io.millrace.store.FiringReads;
import io.millrace.store.FiringStore.Step;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.run.Advance;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the runs of schedules, which the loop {@code runs} starts. */
final class RunSteps {
  private static final Logger log = LoggerFactory.getLogger(RunSteps.class);

  private final Plans plans;
  private final PayloadFit inputs = PayloadFit.ofCallers();
  private final Ids ids;

  RunSteps(Plans plans, Ids ids) {
    this.plans = plans;
    this.ids = ids;
  }

  StepMaker of(Schedule schedule, RunTemplate template, FiringReads reads) throws SQLException {
    String workflow = template.workflow();
    Optional<String> current = reads.currentVersion(workflow);
    if (current.isEmpty()) {
      return StepMaker.refusing("there is no workflow named " + workflow);
    }
    String version = template.version() == null ? current.get() : template.version();
    Optional<Advance> plan;
    try {
      plan = plans.of(workflow, version, () -> reads.definition(workflow, version));
    } catch (RuntimeException e) {
      log.error("a definition cannot be compiled workflow={} version={}", workflow, version, e);
      return StepMaker.refusing("this program does not accept version " + version + " any more");
    }
    if (plan.isEmpty()) {
      return StepMaker.refusing(workflow + " has no version " + version);
    }
    String schema = plan.get().plan().inputSchema();
    Optional<String> misfit =
        schema == null
            ? Optional.empty()
            : inputs.misfit(schema, template.input(), "input", "the workflow's input schema");
    if (misfit.isPresent()) {
      return StepMaker.refusing(misfit.get());
    }
    return step -> {
      NewRun run = template.run(ids.next(), schedule.tenant(), version, null);
      return new Step(
          new Firing(step.at(), Outcome.SUBMITTED, null, run.id(), step.detail()), null, run);
    };
  }
}
