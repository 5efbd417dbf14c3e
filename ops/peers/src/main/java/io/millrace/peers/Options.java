package io.millrace.peers;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the program is asked for.
 *
 * @param peer {@code db-scheduler} or {@code jobrunr}
 * @param caseName one of {@link PeerCases}
 * @param url JDBC URL of a database of its own
 * @param password from the environment, {@code PGPASSWORD}: a command line can be read by all
 * @param jobs of a case that counts jobs, at least 1
 * @param seconds of a case, or of each of its steps, that lasts, at least 1
 * @param clients how many threads submit at once, one step each, 1 to {@link #MOST_CLIENTS}
 */
record Options(
    String peer,
    String caseName,
    String url,
    String user,
    String password,
    int jobs,
    int seconds,
    List<Integer> clients) {
  static final String PASSWORD = "PGPASSWORD";
  static final int MOST_CLIENTS = 64;

  private static final Set<String> KNOWN =
      Set.of("peer", "case", "url", "user", "jobs", "seconds", "clients");

  static Options parse(String[] arguments, Map<String, String> environment) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : arguments[i];
      if (!KNOWN.contains(name) || i + 1 == arguments.length) {
        throw new PeerFault("option %s is unknown or has no value".formatted(arguments[i]));
      }
      given.put(name, arguments[i + 1]);
    }
    return new Options(
        required(given, "peer"),
        required(given, "case"),
        required(given, "url"),
        required(given, "user"),
        environment.getOrDefault(PASSWORD, ""),
        number("jobs", given.getOrDefault("jobs", "20000"), 10_000_000),
        number("seconds", given.getOrDefault("seconds", "10"), 3600),
        Arrays.stream(given.getOrDefault("clients", "16,64").split(","))
            .map(text -> number("clients", text, MOST_CLIENTS))
            .toList());
  }

  private static String required(Map<String, String> given, String name) {
    String value = given.get(name);
    if (value == null) {
      throw new PeerFault("option --%s is missing".formatted(name));
    }
    return value;
  }

  private static int number(String name, String text, int most) {
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= 1 && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new PeerFault("--%s = %s, but must be a number from 1 to %d".formatted(name, text, most));
  }
}
