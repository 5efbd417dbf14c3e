package io.millrace.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;

/** What {@code postgres/} holds: the cluster in {@code data}, its password, its log. */
final class PostgresCluster {
  private static final Duration INITDB = Duration.ofMinutes(2);
  private static final int PASSWORD_BYTES = 16;
  private static final int LAST_WORDS = 5;
  private static final int TIMEOUT_SECONDS = 20;

  private final Path folder;

  PostgresCluster(Path folder) {
    this.folder = folder;
  }

  Path data() {
    return folder.resolve("data");
  }

  Path log() {
    return folder.resolve("server.log");
  }

  Path pidFile() {
    return data().resolve("postmaster.pid");
  }

  void deletePidFile() {
    try {
      Files.deleteIfExists(pidFile());
    } catch (IOException e) {
      throw new LocalStackException("cannot delete " + pidFile(), e);
    }
  }

  /** Fills a folder beside the data folder, then renames: an aborted initdb leaves no half one. */
  void create(Path programs) {
    if (Files.isDirectory(data())) {
      return;
    }
    Path fresh = folder.resolve("data.new");
    try {
      Folders.delete(fresh);
      Files.createDirectory(fresh, permissions("rwx------"));
      if (!ChildProcess.run(fresh, log(), INITDB, initdb(programs, fresh))) {
        throw new LocalStackException("initdb failed; its last words: " + lastWords());
      }
      Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LocalStackException("cannot create a database in " + folder, e);
    }
  }

  private List<String> initdb(Path programs, Path fresh) throws IOException {
    List<String> command = asNormalUser(programs.resolve("initdb"));
    command.addAll(List.of("-D", fresh.toString(), "-U", "postgres"));
    command.addAll(List.of("--pwfile=" + writePassword(), "--auth=scram-sha-256"));
    // The built-in locale sorts by code point on every machine, so the data may move to another.
    command.addAll(List.of("--encoding=UTF8", "--locale=C"));
    command.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
    return command;
  }

  /** PostgreSQL refuses root, which is nobody within a user namespace of its own. */
  static List<String> asNormalUser(Path program) {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name", "").equals("root")) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(program.toString());
    return command;
  }

  String password() {
    try {
      return Files.readString(passwordFile()).strip();
    } catch (IOException e) {
      throw new LocalStackException("cannot read the PostgreSQL password in " + folder, e);
    }
  }

  /** Creates role and database when absent; the role may create databases and see statistics. */
  void createDatabase(String adminUrl, String role, String name) {
    PGSimpleDataSource admin = new PGSimpleDataSource();
    admin.setUrl(adminUrl);
    admin.setUser("postgres");
    admin.setPassword(password());
    admin.setLoginTimeout(TIMEOUT_SECONDS);
    admin.setSocketTimeout(TIMEOUT_SECONDS);
    try (Connection connection = admin.getConnection();
        Statement statement = connection.createStatement()) {
      if (isEmpty(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'")) {
        statement.execute(
            "CREATE ROLE %s LOGIN CREATEDB PASSWORD '%s' IN ROLE pg_monitor"
                .formatted(role, password()));
      }
      if (isEmpty(statement, "SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
        statement.execute("CREATE DATABASE %s OWNER %s".formatted(name, role));
      }
    } catch (SQLException e) {
      throw new LocalStackException(
          "cannot create role %s and database %s".formatted(role, name), e);
    }
  }

  /** The end of the server's log, for a message about its failure. */
  String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log());
      return String.join(
          " | ", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
    } catch (IOException e) {
      return "none";
    }
  }

  private Path writePassword() throws IOException {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    Files.deleteIfExists(passwordFile());
    Files.createFile(passwordFile(), permissions("rw-------"));
    return Files.writeString(passwordFile(), HexFormat.of().formatHex(random) + "\n");
  }

  private Path passwordFile() {
    return folder.resolve("password");
  }

  private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static boolean isEmpty(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      return !rows.next();
    }
  }
}
