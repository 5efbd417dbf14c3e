package io.millrace.store;

import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random lives of jobs against the real statements: after every step the tables say what the model
 * says and no invariant is broken; in the end every accepted job has ended exactly once. {@code
 * -Dmillrace.seed=…} repeats a run, {@code -Dmillrace.steps=…} makes it longer.
 */
class JobModelIT {
  private static final int STEPS = Integer.getInteger("millrace.steps", 500);

  @Test
  void jobs_anyInterleaving_endOnceAndKeepTheBooks() throws SQLException {
    long seed = Long.getLong("millrace.seed", System.nanoTime() & 0xffff_ffffL);
    System.out.println("JobModelIT: -Dmillrace.seed=" + seed + " -Dmillrace.steps=" + STEPS);
    try (Database database = TestDatabase.publishing()) {
      Stores stores = new Stores(database);
      // Nobody is declared dead within a lease of the server's start.
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  stores.count("pg_postmaster_start_time() AS t WHERE t < now() - interval '4 s'")
                      == 1);
      ModelWorld world = new ModelWorld(stores, new Random(seed));
      try {
        for (int i = 0; i < STEPS; i++) {
          world.step();
          world.check();
        }
        world.drain();
        world.checkLogs();
      } catch (AssertionError | SQLException | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", after\n" + String.join("\n", world.log), e);
      }
    }
  }
}
