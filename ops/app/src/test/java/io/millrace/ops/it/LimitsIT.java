package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.NewJob;
import io.millrace.model.RunLimit.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A limit over three worker processes, one of which is killed while it holds places. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {
  private static final int LIMIT = 6;
  private static final int JOBS = 60;

  private final Installation installation = Installation.create();
  private final JobTable jobs = new JobTable(installation.stack());

  @BeforeAll
  void makeTables() {
    jobs.migrate();
  }

  @AfterAll
  void stop() throws Exception {
    jobs.close();
    installation.close();
  }

  @Test
  void threeWorkers_oneKilledWithPlaces_limitIsNeverExceededAndNoPlaceIsLost() throws Exception {
    jobs.limit(Scope.TYPE, "sleep", LIMIT);
    // Few slots each: the places spread over all three.
    Map<String, String> slots = Map.of("millrace.worker.pools.default.slots", "3");
    List<ChildProcess> workers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      workers.add(installation.startFaulty(slots));
    }
    workers.forEach(Installation::awaitWorking);

    AtomicLong most = new AtomicLong();
    AtomicBoolean done = new AtomicBoolean();
    Thread watch =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!done.get()) {
                    most.accumulateAndGet(running(), Math::max);
                  }
                });
    List<NewJob> all =
        IntStream.range(0, JOBS)
            .mapToObj(i -> jobs.job("sleep", "{\"millis\": 400}").build())
            .toList();
    jobs.submit(all);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                jobs.count("state = 'SUCCEEDED'") > 6
                    && jobs.number(
                            "SELECT count(DISTINCT session) FROM job WHERE state = 'RUNNING'")
                        == 3);
    workers.getFirst().kill();
    long held = running();
    await().atMost(Duration.ofSeconds(120)).until(() -> jobs.count("state = 'SUCCEEDED'") == JOBS);
    done.set(true);
    watch.join();
    assertThat(held).isPositive();
    assertThat(most.get()).isEqualTo(LIMIT);
    assertThat(jobs.number("SELECT count(*) FROM permit")).isZero();
    assertThat(jobs.count("crashes > 0")).as("jobs of the killed worker").isPositive();
    assertThat(jobs.count("failures > 0")).isZero();
  }

  private long running() {
    try {
      return jobs.count("state = 'RUNNING'");
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
