package io.millrace.ops.keys;

import io.millrace.ops.up.Connections;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which database holds the keys.
 *
 * @param url JDBC URL of a PostgreSQL
 * @param password empty for none
 */
public record Place(String url, String username, String password) {
  private static final String DEFAULT_USERNAME = "millrace";

  /** What the command line says of it; null where it says nothing. */
  public record Given(@Nullable String url, @Nullable String username, @Nullable String password) {}

  /**
   * The database as the servers find theirs: what was given comes first, then the environment, then
   * the embedded one of the data folder.
   *
   * @return empty when none is named and none was ever started in the folder
   */
  public static Optional<Place> find(Given given, Map<String, String> environment, Path data)
      throws IOException {
    String url = first(given.url(), environment.get("MILLRACE_DATABASE_URL"));
    if (url != null) {
      String username = first(given.username(), environment.get("MILLRACE_DATABASE_USERNAME"));
      String password = first(given.password(), environment.get("MILLRACE_DATABASE_PASSWORD"));
      return Optional.of(
          new Place(
              url,
              username == null ? DEFAULT_USERNAME : username,
              password == null ? "" : password));
    }
    Map<String, Object> embedded = Connections.load(data);
    Object known = embedded.get("millrace.database.url");
    return known == null
        ? Optional.empty()
        : Optional.of(
            new Place(
                known.toString(),
                String.valueOf(embedded.get("millrace.database.username")),
                String.valueOf(embedded.get("millrace.database.password"))));
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one != null && !one.isBlank() ? one : other == null || other.isBlank() ? null : other;
  }

  /** Without the password; a URL may have one too, behind its question mark. */
  public String shown() {
    return url.replaceFirst("\\?.*", "");
  }

  @Override
  public String toString() {
    return shown();
  }
}
