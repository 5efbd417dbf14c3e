package io.millrace.store;

import io.millrace.model.CatchUp;
import io.millrace.model.Firing;
import io.millrace.model.Overlap;
import io.millrace.model.Schedule;
import io.millrace.model.ScheduleWork;
import io.millrace.model.Timing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads rows of {@code schedule} and {@code schedule_firing}. */
final class ScheduleRows {
  static final String COLUMNS =
      """
      s.tenant, s.name, s.kind, s.cron, s.zone, s.every_millis, s.job, s.run, s.overlap,
      s.catch_up, s.catch_up_most, s.paused, s.next_at, s.last_at, s.last_job, s.last_run,
      s.queued_at, s.version, s.created_at, s.updated_at""";

  static final String FIRING = "fire_at, outcome, job_id, run_id, detail";

  private ScheduleRows() {}

  /** The schedule a row begins with, of {@link #COLUMNS}. */
  static Schedule read(ResultSet row) throws SQLException {
    return new Schedule(
        row.getString(1),
        row.getString(2),
        row.getString(3).equals("CRON")
            ? new Timing.Cron(row.getString(4), row.getString(5))
            : new Timing.Every(row.getLong(6)),
        row.getString(7) == null
            ? new ScheduleWork.Run(row.getString(8))
            : new ScheduleWork.Job(row.getString(7)),
        Overlap.valueOf(row.getString(9)),
        CatchUp.valueOf(row.getString(10)),
        row.getInt(11),
        row.getBoolean(12),
        instant(row, 13),
        instant(row, 14),
        row.getObject(15, UUID.class),
        row.getObject(16, UUID.class),
        instant(row, 17),
        row.getInt(18),
        row.getTimestamp(19).toInstant(),
        row.getTimestamp(20).toInstant());
  }

  /** A firing, of {@link #FIRING}. */
  static Firing firing(ResultSet row) throws SQLException {
    return new Firing(
        row.getTimestamp(1).toInstant(),
        Firing.Outcome.valueOf(row.getString(2)),
        row.getObject(3, UUID.class),
        row.getObject(4, UUID.class),
        row.getString(5));
  }

  static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    Timestamp at = row.getTimestamp(column);
    return at == null ? null : at.toInstant();
  }

  static @Nullable Timestamp timestamp(@Nullable Instant at) {
    return at == null ? null : Timestamp.from(at);
  }
}
