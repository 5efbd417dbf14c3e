package io.millrace.workers.handlers.http;

import java.util.List;
import java.util.function.Function;

/**
 * What an operator decides about {@code http.request}; checked when it is made.
 *
 * @param allowedHosts entries as {@link AllowedHost} describes them; empty allows nothing. An entry
 *     that is an IP literal allows that address even if it is private
 * @param privateNetworks networks such as {@code 10.0.0.0/8} that an allowed <em>name</em> may
 *     resolve into; empty means public addresses only
 * @param maxConnections open connections at once in this process, 1 to 10,000; also per host
 */
public record HttpRequestSettings(
    List<String> allowedHosts, List<String> privateNetworks, int maxConnections) {
  public static final String ALLOWED_HOSTS_KEY = "millrace.http-request.allowed-hosts";
  public static final String PRIVATE_NETWORKS_KEY = "millrace.http-request.private-networks";
  public static final String MAX_CONNECTIONS_KEY = "millrace.http-request.max-connections";
  public static final int DEFAULT_MAX_CONNECTIONS = 256;
  private static final int MOST_CONNECTIONS = 10_000;

  /** Nothing allowed: what a worker starts with. */
  public static final HttpRequestSettings NONE = allowing(List.of());

  public HttpRequestSettings {
    allowedHosts = List.copyOf(allowedHosts);
    privateNetworks = List.copyOf(privateNetworks);
    parsed(ALLOWED_HOSTS_KEY, allowedHosts, AllowedHost::parse);
    parsed(PRIVATE_NETWORKS_KEY, privateNetworks, CidrBlock::parse);
    if (maxConnections < 1 || maxConnections > MOST_CONNECTIONS) {
      throw new IllegalArgumentException(
          MAX_CONNECTIONS_KEY
              + " is "
              + maxConnections
              + "; it must be 1 to "
              + MOST_CONNECTIONS
              + ", since each holds a socket and a thread");
    }
  }

  /** These hosts, everything else by default. */
  public static HttpRequestSettings allowing(List<String> allowedHosts) {
    return new HttpRequestSettings(allowedHosts, List.of(), DEFAULT_MAX_CONNECTIONS);
  }

  List<AllowedHost> hosts() {
    return parsed(ALLOWED_HOSTS_KEY, allowedHosts, AllowedHost::parse);
  }

  List<CidrBlock> networks() {
    return parsed(PRIVATE_NETWORKS_KEY, privateNetworks, CidrBlock::parse);
  }

  private static <T> List<T> parsed(String key, List<String> entries, Function<String, T> parser) {
    return entries.stream().map(entry -> parsed(key, entry, parser)).toList();
  }

  private static <T> T parsed(String key, String entry, Function<String, T> parser) {
    try {
      return parser.apply(entry);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          key + " has the entry '" + entry + "': " + e.getMessage(), e);
    }
  }
}
