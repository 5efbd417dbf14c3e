package io.millrace.peers;

import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code --peer db-scheduler|jobrunr --case NAME --url JDBC --user U [--jobs N] [--seconds S]
 * [--clients 16,64]}, the password in {@code PGPASSWORD}. Prints one JSON object, or says on
 * standard error why it cannot and exits with 1.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    try {
      System.out.println(result(Options.parse(arguments, System.getenv())));
      System.exit(0); // Peers leave threads behind.
    } catch (Exception e) {
      System.err.println(e instanceof PeerFault ? e.getMessage() : e.toString());
      System.exit(1);
    }
  }

  /** As JSON: peer, version, settings, case, figures by id. */
  static String result(Options options) throws Exception {
    Starts starts = new Starts();
    try (Peer peer = peer(options, starts)) {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("peer", options.peer());
      told.put("version", version(options.peer()));
      told.put("settings", peer.settings());
      told.put("case", options.caseName());
      told.put("figures", new PeerCases(peer, starts).run(options));
      return JsonMapper.shared().writeValueAsString(told);
    }
  }

  private static Peer peer(Options options, Starts starts) throws SQLException {
    return switch (options.peer()) {
      case "db-scheduler" -> new DbSchedulerPeer(options, starts);
      case "jobrunr" -> new JobRunrPeer(options, starts);
      default ->
          throw new PeerFault(
              "peer %s is neither db-scheduler nor jobrunr".formatted(options.peer()));
    };
  }

  private static String version(String peer) throws IOException {
    Properties versions = new Properties();
    try (InputStream file = Main.class.getResourceAsStream("/versions.properties")) {
      versions.load(Objects.requireNonNull(file, "versions.properties"));
    }
    return versions.getProperty(peer, "unknown");
  }
}
