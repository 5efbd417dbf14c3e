package io.millrace.store;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The one use of Flyway, apart from {@link Database} so that its classes load only when needed. */
final class Migration {
  private Migration() {}

  /** Brings the tables up to date; waits its turn when other processes do so too. */
  static void run(DataSource database) {
    Flyway.configure()
        .dataSource(database)
        .locations("classpath:" + SchemaHistory.FOLDER)
        .connectRetries(10)
        .lockRetryCount(60)
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .load()
        .migrate();
  }
}
