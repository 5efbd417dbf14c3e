package io.millrace.workflow.engine;

import io.millrace.runtime.Loop;
import io.millrace.store.WorkflowStore;
import io.millrace.store.WorkflowStore.Use;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles the plans that runs have used most of late, so that the first run of a process does not
 * wait for it. Begins shortly after the process has, which leaves its start alone, and looks again
 * each hour for what has come into use since. What it does not compile is compiled when a run needs
 * it.
 */
public final class PlanWarmup extends Loop {
  /** How long the start of the process is left alone. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofHours(1);

  /** Runs that are looked at, the latest. */
  static final int LATEST_RUNS = 10_000;

  /** Most plans that are compiled ahead. */
  static final int MOST_PLANS = 200;

  /** Most nodes of all plans that are compiled ahead: half of what is kept. */
  static final int MOST_NODES = 100_000;

  private static final Logger log = LoggerFactory.getLogger(PlanWarmup.class);

  private final Plans plans;
  private final Uses uses;
  private boolean begun;

  /** Of the runs and definitions that are stored. */
  public PlanWarmup(Plans plans, WorkflowStore workflows) {
    this(
        plans,
        new Uses() {
          @Override
          public List<Use> mostUsed(int runs, int versions) throws SQLException {
            return workflows.mostUsed(runs, versions);
          }

          @Override
          public Optional<String> definition(Use use) throws SQLException {
            return workflows.definition(use.tenant(), use.workflow(), use.version());
          }
        });
  }

  PlanWarmup(Plans plans, Uses uses) {
    super("plans");
    this.plans = plans;
    this.uses = uses;
  }

  /** Which versions runs have, and their definitions. */
  interface Uses {
    /** Those of the latest runs, the most frequent first. */
    List<Use> mostUsed(int runs, int versions) throws SQLException;

    /** The canonical JSON of one; empty when it is gone. */
    Optional<String> definition(Use use) throws SQLException;
  }

  @Override
  protected Duration tick() throws SQLException {
    if (!begun) {
      begun = true;
      return FIRST_PAUSE;
    }
    int compiled = warm();
    if (compiled > 0) {
      log.info("compiled plans of workflows ahead plans={}", compiled);
    }
    return PAUSE;
  }

  /** Compiles what is missing; returns how many plans that were. */
  int warm() throws SQLException {
    int compiled = 0;
    int nodes = 0;
    for (Use use : uses.mostUsed(LATEST_RUNS, MOST_PLANS)) {
      if (stopping() || nodes >= MOST_NODES) {
        break;
      }
      if (!plans.has(use.workflow(), use.version())) {
        int size = compile(use);
        compiled += size > 0 ? 1 : 0;
        nodes += size;
      }
    }
    return compiled;
  }

  /** How many nodes it has; 0 when it could not be compiled, which the run that needs it tells. */
  private int compile(Use use) throws SQLException {
    try {
      return plans.ahead(use.workflow(), use.version(), () -> uses.definition(use));
    } catch (RuntimeException e) {
      log.warn(
          "a plan cannot be compiled ahead workflow={} version={} error={}",
          use.workflow(),
          use.version(),
          e.toString());
      return 0;
    }
  }
}
