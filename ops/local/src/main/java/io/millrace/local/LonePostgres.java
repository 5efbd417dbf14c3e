package io.millrace.local;

import java.util.regex.Pattern;

/**
 * PostgreSQL without Kafka and Redis, with the settings it has in a {@link LocalStack}: what a
 * bench measures other programs against. Owns its data folder until closed.
 */
public final class LonePostgres implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  private final DataFolder folder;
  private final LocalPostgres postgres;
  private final Thread hook;

  private LonePostgres(LocalSettings settings, DataFolder folder) {
    this.folder = folder;
    LocalPostgres.endOrphans(folder.folder("postgres"));
    this.postgres =
        new LocalPostgres(
            settings, folder.folder("postgres"), Ports.choose(settings, folder.root()).postgres());
    this.hook = Thread.ofPlatform().name("lone-postgres-hook").unstarted(postgres::stop);
  }

  /**
   * Starts it and returns when it answers; JVM exit stops one that is still open.
   *
   * @throws FolderInUseException when another live stack owns the data folder
   * @throws LocalStackException when it does not start; nothing is left running then
   */
  public static LonePostgres start(LocalSettings settings) {
    DataFolder folder = DataFolder.open(settings.dataDirectory());
    try {
      LonePostgres lone = new LonePostgres(settings, folder);
      Runtime.getRuntime().addShutdownHook(lone.hook);
      try {
        lone.postgres.start();
      } catch (RuntimeException e) {
        lone.removeHook();
        throw e;
      }
      return lone;
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** The server. */
  public LocalPostgres postgres() {
    return postgres;
  }

  /**
   * Makes an empty database, if there is none of this name, that {@link LocalPostgres#username()}
   * owns.
   *
   * @param name lower-case letters, digits and underscores, a letter first, at most 63
   * @return its JDBC URL
   */
  public String database(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "database name '%s' must be %s".formatted(name, NAME.pattern()));
    }
    postgres.createDatabase(name);
    return postgres.jdbcUrl(name);
  }

  /** Stops the server and gives up the folder; at most 40 s. */
  @Override
  public void close() {
    removeHook();
    try {
      postgres.stop();
    } finally {
      folder.close();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down; the hook stops the server, which may be stopped twice.
    }
  }
}
