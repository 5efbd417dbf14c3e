package io.millrace.ops.bench.peers;

import io.millrace.local.LocalPostgres;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One peer in one case, as the arguments of its program.
 *
 * @param database name of the database, which is its own
 * @param jobs of cases that count jobs
 * @param seconds of cases that last, for each of their steps
 */
record PeerTask(Peer peer, String caseName, String database, int jobs, int seconds) {
  /** In the order they are measured. */
  static final List<String> CASES =
      List.of("submit-single", "submit-bulk", "drain", "end-to-end", "pick-up");

  private static final String CLIENTS = "16,64";

  static PeerTask of(Peer peer, String caseName, boolean quick) {
    String database = (peer.system() + "_" + caseName).replace('-', '_');
    return new PeerTask(peer, caseName, database, quick ? 5_000 : 20_000, quick ? 3 : 10);
  }

  List<String> arguments(LocalPostgres postgres) {
    return arguments(postgres.jdbcUrl(database), postgres.username());
  }

  List<String> arguments(String jdbcUrl, String user) {
    List<String> common =
        List.of(
            "--peer",
            peer.system(),
            "--case",
            caseName,
            "--jobs",
            Integer.toString(jobs),
            "--seconds",
            Integer.toString(seconds),
            "--clients",
            CLIENTS);
    List<String> place =
        switch (peer.platform()) {
          case JAVA -> List.of("--url", jdbcUrl, "--user", user);
          case NODE ->
              List.of("--url", jdbcUrl.replace("jdbc:postgresql://", "postgres://" + user + "@"));
        };
    return Stream.concat(common.stream(), place.stream()).toList();
  }

  /** Where both programs look for the password: a command line can be read by all. */
  static Map<String, String> environment(LocalPostgres postgres) {
    return Map.of("PGPASSWORD", postgres.password());
  }
}
