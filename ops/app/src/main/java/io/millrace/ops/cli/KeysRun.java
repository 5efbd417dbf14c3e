package io.millrace.ops.cli;

import io.millrace.model.ApiKey;
import io.millrace.model.ApiKey.Role;
import io.millrace.model.KeyText;
import io.millrace.ops.keys.Keys;
import io.millrace.ops.keys.Place;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What {@link KeysCommand} does, on the database that was found. */
final class KeysRun {
  /** PostgreSQL's code for a table that is not there. */
  private static final String NO_TABLE = "42P01";

  private final PrintWriter out;
  private final PrintWriter err;
  private final DatabaseOptions options;

  private interface Body {
    int run(Keys keys, Place place);
  }

  KeysRun(CommandLine command, DatabaseOptions options) {
    this.out = command.getOut();
    this.err = command.getErr();
    this.options = options;
  }

  int create(String tenant, String name, boolean operator) throws Exception {
    return with(
        (keys, place) -> {
          Role role = operator ? Role.OPERATOR : Role.TENANT;
          KeyText key = keys.create(tenant, name, role);
          out.println(key.reveal());
          out.flush();
          err.printf(
              "This key is shown once. It acts for tenant %s (%s) on %s; revoke it with:%n"
                  + "  ops/millrace keys revoke %s%n",
              tenant, shown(role), place.shown(), key.id());
          err.flush();
          return ExitCode.OK;
        });
  }

  int list() throws Exception {
    return with(
        (keys, place) -> {
          List<ApiKey> all = keys.all();
          out.printf("%-16s  %-10s  %-20s  %-20s  %s%n", "ID", "ROLE", "TENANT", "MADE", "NAME");
          for (ApiKey key : all) {
            String revoked =
                key.revokedAt() == null
                    ? ""
                    : "  (revoked " + key.revokedAt().truncatedTo(ChronoUnit.SECONDS) + ")";
            out.printf(
                "%-16s  %-10s  %-20s  %-20s  %s%s%n",
                key.id(),
                shown(key.role()),
                key.tenant(),
                key.createdAt().truncatedTo(ChronoUnit.SECONDS),
                key.name(),
                revoked);
          }
          out.flush();
          return ExitCode.OK;
        });
  }

  int revoke(String given) throws Exception {
    // Whoever has only the key itself at hand may revoke it; no message repeats it.
    String id = KeyText.parse(given.strip()).map(KeyText::id).orElse(given.strip());
    return with(
        (keys, place) -> {
          Optional<String> tenant = keys.revoke(id);
          if (tenant.isEmpty()) {
            return say("There is no key with this id on " + place.shown() + ".", ExitCode.REFUSED);
          }
          out.println("Key " + id + " of tenant " + tenant.get() + " is revoked.");
          out.flush();
          return ExitCode.OK;
        });
  }

  private int with(Body body) throws Exception {
    Place.Given given = new Place.Given(options.url, options.username, options.password);
    Optional<Place> found = Place.find(given, System.getenv(), options.data);
    if (found.isEmpty()) {
      return say(
          "No database is known: name one with --database-url or MILLRACE_DATABASE_URL, or start"
              + " `ops/millrace up` on this --data ("
              + options.data
              + ").",
          ExitCode.USAGE);
    }
    Place place = found.get();
    try (Keys keys = Keys.open(place)) {
      return body.run(keys, place);
    } catch (RuntimeException e) {
      SQLException cause = sql(e);
      if (cause == null) {
        throw e;
      }
      return NO_TABLE.equals(cause.getSQLState())
          ? say(
              "The database "
                  + place.shown()
                  + " has no tables of Millrace yet: start an API or a worker on it first.",
              ExitCode.REFUSED)
          : say(
              "The database %s does not answer as it should (%s). Is it running?"
                  .formatted(place.shown(), reason(cause)),
              ExitCode.UNREACHABLE);
    }
  }

  private int say(String sentence, int code) {
    err.println(sentence);
    err.flush();
    return code;
  }

  /** The pool wraps what the driver said. */
  private static @Nullable SQLException sql(Throwable failure) {
    SQLException found = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e) {
        found = e;
      }
    }
    return found;
  }

  private static String reason(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
  }

  private static String shown(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
