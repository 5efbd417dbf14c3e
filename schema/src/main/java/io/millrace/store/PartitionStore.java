package io.millrace.store;

import io.millrace.runtime.Ids;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Daily partitions of the tables kept per job, named {@code <table>_<yyyymmdd>}, days in UTC.
 *
 * <p>They are made ahead: from yesterday, for ids of a machine whose clock is behind, to {@value
 * #DAYS_AHEAD} days on. A service that slept longer makes them at start, before it takes work.
 */
public final class PartitionStore {
  /** Days made ahead of today. */
  public static final int DAYS_AHEAD = 7;

  static final List<String> TABLES =
      List.of(
          "job",
          "job_progress",
          "job_log",
          "job_event",
          "job_checkpoint",
          "job_child",
          "run",
          "run_task",
          "run_value",
          "run_log",
          "run_output");

  /** Tables whose rows change after they were written. */
  private static final Set<String> UPDATED = Set.of("job", "job_progress", "job_checkpoint", "run");

  private final Database database;

  public PartitionStore(Database database) {
    this.database = database;
  }

  /**
   * Makes the partitions that are missing; today is the database's. Takes an advisory lock, so that
   * several processes may call it at once, and SHARE UPDATE EXCLUSIVE on a parent only when it has
   * something to attach.
   *
   * @return how many were made
   */
  public int ensure() {
    return database
        .dsl()
        .transactionResult(
            tx -> {
              tx.dsl().execute("SELECT pg_advisory_xact_lock(4242001)");
              LocalDate today =
                  tx.dsl()
                      .fetchSingle("SELECT (now() AT TIME ZONE 'UTC')::date")
                      .get(0, LocalDate.class);
              List<String> existing =
                  tx.dsl()
                      .fetch(
                          "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid ="
                              + " i.inhrelid")
                      .getValues(0, String.class);
              int made = 0;
              for (LocalDate day = today.minusDays(1);
                  !day.isAfter(today.plusDays(DAYS_AHEAD));
                  day = day.plusDays(1)) {
                for (String table : TABLES) {
                  if (!existing.contains(name(table, day))) {
                    tx.dsl().execute(create(table, day));
                    tx.dsl().execute(attach(table, day));
                    made++;
                  }
                }
              }
              return made;
            });
  }

  /**
   * Gives the planner figures about partitions that have their first rows and none yet; until then
   * it guesses. Reads the catalogue; ANALYZE reads a sample of each and blocks nobody's work.
   *
   * @return how many were analyzed
   */
  public int analyzeNew() {
    List<String> fresh =
        database
            .dsl()
            .fetch(
                "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                    + " WHERE c.relkind = 'r' AND c.reltuples < 0 AND pg_relation_size(c.oid) > 0"
                    + " ORDER BY c.relname LIMIT 50")
            .getValues(0, String.class);
    fresh.forEach(partition -> database.dsl().execute("ANALYZE " + partition));
    return fresh.size();
  }

  static String name(String table, LocalDate day) {
    return "%s_%04d%02d%02d"
        .formatted(table, day.getYear(), day.getMonthValue(), day.getDayOfMonth());
  }

  static String create(String table, LocalDate day) {
    // Pages filled to a third leave room for a job's two updates beside it; see docs/decisions.md.
    int fillfactor = UPDATED.contains(table) ? 33 : 100;
    return "CREATE TABLE %s (LIKE %s INCLUDING ALL) WITH (fillfactor = %d)"
        .formatted(name(table, day), table, fillfactor);
  }

  static String attach(String table, LocalDate day) {
    return "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
        .formatted(table, name(table, day), lowestOf(day), lowestOf(day.plusDays(1)));
  }

  /** The lowest id of a day: where its partition begins. */
  static UUID lowestOf(LocalDate day) {
    return Ids.lowest(start(day));
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
