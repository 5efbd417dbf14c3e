package io.millrace.api.watch;

import io.millrace.store.EventStore;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;
import io.millrace.store.EventStore.Position;
import java.sql.SQLException;
import java.util.List;

/** What the loop reads: the logs of jobs, many at a time. */
public interface JobLog {
  /** How far the logs go; see {@link EventStore#heads}. */
  List<Head> heads(List<Position> jobs) throws SQLException;

  /** What follows positions; see {@link EventStore#pages}. */
  List<Page> pages(List<Position> positions, int limit) throws SQLException;

  /** The logs in PostgreSQL. */
  static JobLog of(EventStore store) {
    return new JobLog() {
      @Override
      public List<Head> heads(List<Position> jobs) throws SQLException {
        return store.heads(jobs);
      }

      @Override
      public List<Page> pages(List<Position> positions, int limit) throws SQLException {
        return store.pages(positions, limit);
      }
    };
  }
}
