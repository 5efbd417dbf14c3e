package io.millrace.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Whether the tables are what this program's migrations make of them, found out without Flyway:
 * five hundred classes and a tenth of a process's start, for nothing in all starts but the first.
 */
final class SchemaHistory {
  /** Where the migrations are on the class path, as Flyway is told too. */
  static final String FOLDER = "db/migration";

  private static final String APPLIED =
      "select script, checksum, success from flyway_schema_history";

  private SchemaHistory() {}

  /**
   * True when exactly this program's migrations were applied, all of them well and none of them
   * changed since. Whatever else there is, also a database that does not answer, is Flyway's to
   * judge.
   */
  static boolean isCurrent(Connection connection) {
    try {
      Map<String, @Nullable Integer> applied = new HashMap<>();
      try (PreparedStatement select = connection.prepareStatement(APPLIED);
          ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          applied.put(rows.getString(1), rows.getBoolean(3) ? (Integer) rows.getObject(2) : null);
        }
      }
      return !applied.isEmpty() && applied.equals(checksums());
    } catch (SQLException | IOException e) {
      return false;
    }
  }

  /** Of this program's migrations, by the names of their files. */
  static Map<String, Integer> checksums() throws IOException {
    URL folder = SchemaHistory.class.getClassLoader().getResource(FOLDER);
    if (folder == null) {
      return Map.of();
    }
    Map<String, Integer> checksums = new HashMap<>();
    for (String name : names(folder)) {
      checksums.put(name, checksum(name));
    }
    return checksums;
  }

  private static List<String> names(URL folder) throws IOException {
    URLConnection connection = folder.openConnection();
    if (connection instanceof JarURLConnection jar) {
      String prefix = jar.getEntryName().endsWith("/") ? jar.getEntryName() : FOLDER + "/";
      return jar.getJarFile().stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith(prefix) && name.endsWith(".sql"))
          .map(name -> name.substring(prefix.length()))
          .toList();
    }
    try (Stream<Path> files = Files.list(Path.of(URI.create(folder.toString())))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sql"))
          .toList();
    }
  }

  /** As Flyway has it: of the lines without their ends. */
  private static Integer checksum(String name) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = SchemaHistory.class.getResourceAsStream("/" + FOLDER + "/" + name);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in, name), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        crc.update(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    return (int) crc.getValue();
  }
}
