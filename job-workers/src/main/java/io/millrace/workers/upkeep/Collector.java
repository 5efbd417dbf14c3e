package io.millrace.workers.upkeep;

import io.millrace.runtime.PeriodicLoop;
import io.millrace.store.ArtifactStore;
import io.millrace.store.ArtifactStore.Collected;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects artifacts that no job needs any more, some at a time. For one thread. */
final class Collector implements PeriodicLoop.Chore {
  private static final Logger log = LoggerFactory.getLogger(Collector.class);

  /** Artifacts looked at in one transaction. */
  private static final int BATCH = 500;

  private static final Duration UNUSED = Duration.ofHours(1);

  private final ArtifactStore artifacts;
  private String after = "";

  Collector(ArtifactStore artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public boolean run() throws SQLException {
    Collected step = artifacts.collect(after, BATCH, UNUSED);
    after = step.last() == null ? "" : step.last();
    if (step.collected() > 0) {
      log.info("collected artifacts that no job needs artifacts={}", step.collected());
    }
    return step.last() != null;
  }
}
