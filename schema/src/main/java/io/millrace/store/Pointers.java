package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobPointer;
import io.millrace.model.Priority;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads rows of (id, tenant, pool, priority, outbox id) that one statement made READY. */
final class Pointers {
  private Pointers() {}

  static @Nullable Announcement announcement(PreparedStatement statement) throws SQLException {
    List<JobPointer> jobs = new ArrayList<>();
    long outboxId = 0;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        jobs.add(
            new JobPointer(
                rows.getObject(1, UUID.class),
                rows.getString(2),
                rows.getString(3),
                Priority.ofCode(rows.getInt(4))));
        outboxId = rows.getLong(5);
      }
    }
    return jobs.isEmpty() ? null : new Announcement(outboxId, jobs);
  }
}
