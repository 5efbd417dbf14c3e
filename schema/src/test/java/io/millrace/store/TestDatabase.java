package io.millrace.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One migrated PostgreSQL for all tests of this module; emptied by {@link #clean}. */
public final class TestDatabase {
  static final String USERNAME = "postgres";
  static final String PASSWORD = "postgres";

  private static @Nullable EmbeddedPostgres postgres;
  private static @Nullable Database database;

  private TestDatabase() {}

  static synchronized Database shared() {
    if (database == null) {
      try {
        postgres = EmbeddedPostgres.builder().start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      database = Database.open(url(), USERNAME, PASSWORD, 10, Duration.ofSeconds(5));
      database.migrate();
    }
    return database;
  }

  /** A pool of its own that publishes events; the caller closes it. */
  static Database publishing() {
    clean();
    Database own = Database.open(url(), USERNAME, PASSWORD, 10, Duration.ofSeconds(5));
    own.publishEvents();
    return own;
  }

  static synchronized String url() {
    if (postgres == null) {
      throw new IllegalStateException("call shared() first");
    }
    return postgres.getJdbcUrl(USERNAME, "postgres");
  }

  /** Empties every table that tests write to. */
  public static Database clean() {
    Database clean = shared();
    clean
        .dsl()
        .execute(
            "TRUNCATE job, job_progress, job_log, job_event, job_checkpoint, job_child, job_timer,"
                + " job_signal, job_type, job_blocked, job_quarantine, outbox, backlog, claim,"
                + " worker, queue_count, queue_delta, run_limit, permit, idempotency_key,"
                + " dead_letter, replay, replay_item, schedule, schedule_firing, workflow,"
                + " workflow_version, artifact, job_artifact, run, run_task, run_value, run_timer,"
                + " run_inbox, run_halt, run_key, run_turn, api_key, leader,"
                + " cache_entry, cache_flight, cache_follower, cache_landing, cache_invalidation"
                + " RESTART IDENTITY CASCADE");
    return clean;
  }
}
