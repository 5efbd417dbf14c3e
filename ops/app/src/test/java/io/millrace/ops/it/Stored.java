package io.millrace.ops.it;

import io.millrace.local.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an installation holds at one moment, to be compared with another moment.
 *
 * @param jobs rows of the job table
 * @param datasets files and folders below the dataset root, hidden ones included, in order
 */
record Stored(long jobs, List<String> datasets) {
  static Stored now(Installation installation) {
    return new Stored(jobs(installation.stack()), datasets(installation.data()));
  }

  static Path datasetRoot(Installation installation) {
    return installation.data().resolve("datasets");
  }

  private static long jobs(LocalStack stack) {
    try (Connection connection =
            DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM job")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> datasets(Path data) {
    Path root = data.resolve("datasets");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.map(file -> root.relativize(file).toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
