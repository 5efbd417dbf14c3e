package io.millrace.store;

import static io.millrace.db.Tables.JOB;
import static io.millrace.db.Tables.JOB_PROGRESS;
import static io.millrace.db.Tables.WORKER;

import io.millrace.model.JobState;
import io.millrace.model.JobView;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Lists of jobs, newest first, page by page. */
public final class JobListStore {
  private static final UUID ABOVE_ALL = new UUID(-1L, -1L);

  /**
   * The jobs of one page, and the last row looked at when that is where the scan stopped. The limit
   * of the innermost query bounds the work, whatever the filter.
   */
  static final String PAGE =
      """
      (SELECT id, matches, scanned
         FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS scanned,
                      tenant = ?
                      AND (?::text IS NULL OR state = ?::job_state)
                      AND (?::text IS NULL OR type = ?)
                      AND (?::text IS NULL OR pool = ?)
                      AND (?::text IS NULL OR labels @> ?::jsonb) AS matches
                 FROM (SELECT id, tenant, state, type, pool, labels
                         FROM job WHERE id < ? ORDER BY id DESC LIMIT ?) AS newest) AS numbered
        WHERE matches OR scanned = ?
        ORDER BY id DESC LIMIT ?) AS page""";

  /**
   * For the transaction: the planner, which believes a young table to be small, would read and sort
   * all of it.
   */
  static final String BY_KEY =
      "SELECT set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true)";

  private static final Field<UUID> ID = DSL.field("page.id", UUID.class);
  private static final Field<Boolean> MATCHES = DSL.field("page.matches", Boolean.class);
  private static final Field<Long> SCANNED = DSL.field("page.scanned", Long.class);

  private static final List<SelectField<?>> COLUMNS = columns();

  private final Database database;
  private final int mostScanned;

  public JobListStore(Database database) {
    this(database, 10_000);
  }

  /** With another bound on the rows one page looks at. */
  JobListStore(Database database, int mostScanned) {
    this.database = database;
    this.mostScanned = mostScanned;
  }

  /**
   * Which jobs to list; null means any.
   *
   * @param labels a JSON object of strings that the job's labels must contain
   */
  public record Filter(
      @Nullable JobState state,
      @Nullable String type,
      @Nullable String pool,
      @Nullable String labels) {}

  /**
   * One page.
   *
   * @param next the id to go on after; null when there is nothing more
   */
  public record Page(List<JobView> jobs, @Nullable UUID next) {}

  /**
   * Lists jobs, newest first, by {@code job_pkey} of one day's partition after the other. At most
   * 10,000 rows are looked at: a page may be short, or empty, and yet have a next one.
   *
   * @param after the id the page before ended with; null for the first
   * @param limit most jobs, at least 1
   */
  public Page page(String tenant, Filter filter, @Nullable UUID after, int limit) {
    List<JobView> jobs = new ArrayList<>();
    UUID next = null;
    for (Record row : rows(tenant, filter, after, limit)) {
      if (row.get(MATCHES)) {
        jobs.add(JobStore.view(row));
      }
      boolean last = jobs.size() == limit || row.get(SCANNED) == mostScanned;
      next = last ? row.get(ID) : null;
    }
    return new Page(jobs, next);
  }

  private List<? extends Record> rows(
      String tenant, Filter filter, @Nullable UUID after, int limit) {
    String state = filter.state() == null ? null : filter.state().name();
    Table<?> page =
        DSL.table(
            PAGE,
            tenant,
            state,
            state,
            filter.type(),
            filter.type(),
            filter.pool(),
            filter.pool(),
            filter.labels(),
            filter.labels(),
            after == null ? ABOVE_ALL : after,
            mostScanned,
            mostScanned,
            limit);
    return database
        .dsl()
        .transactionResult(
            transaction -> {
              transaction.dsl().execute(BY_KEY);
              return transaction
                  .dsl()
                  .select(COLUMNS)
                  .from(page)
                  .join(JOB)
                  .on(JOB.ID.eq(ID))
                  .leftJoin(JOB_PROGRESS)
                  .on(JOB_PROGRESS.JOB_ID.eq(JOB.ID))
                  .leftJoin(WORKER)
                  .on(WORKER.SESSION.eq(JOB.SESSION))
                  .orderBy(ID.desc())
                  .fetch();
            });
  }

  private static List<SelectField<?>> columns() {
    List<SelectField<?>> columns = new ArrayList<>(JobStore.COLUMNS);
    columns.addAll(List.of(ID, MATCHES, SCANNED));
    return columns;
  }
}
