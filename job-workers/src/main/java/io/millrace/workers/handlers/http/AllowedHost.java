package io.millrace.workers.handlers.http;

import java.util.Locale;

/**
 * One entry of the allow list: {@code host}, {@code host:port}, {@code *.example.org}, each with an
 * optional scheme. Without a scheme the entry means https; plain http must be asked for as {@code
 * http://host}. Without a port it means the scheme's own port alone.
 *
 * @param scheme {@code https} or {@code http}
 * @param host as {@link Target#host()}; of a wildcard entry, what follows {@code *.}
 * @param wildcard every name below the host, at any depth, but not the host itself
 * @param port the only port that is allowed
 */
record AllowedHost(String scheme, String host, boolean wildcard, int port) {
  /**
   * Parses an entry.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static AllowedHost parse(String entry) {
    String text = entry.strip().toLowerCase(Locale.ROOT);
    String scheme = text.startsWith("http://") ? "http" : "https";
    String rest = text.startsWith(scheme + "://") ? text.substring(scheme.length() + 3) : text;
    boolean wildcard = rest.startsWith("*.");
    String hostAndPort = wildcard ? rest.substring(2) : rest;
    int colon = hostAndPort.lastIndexOf(':');
    boolean hasPort = colon > hostAndPort.lastIndexOf(']');
    String host =
        Target.normalHost(hasPort ? hostAndPort.substring(0, colon) : hostAndPort)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "it must be a host name, *.name or an IP address (IPv6 in brackets),"
                            + " with :port after it and http:// before it where wanted"));
    if (wildcard && (!host.contains(".") || IpLiteral.parse(host).isPresent())) {
      throw new IllegalArgumentException("a wildcard needs a name of two or more labels after it");
    }
    int port = hasPort ? parsePort(hostAndPort.substring(colon + 1)) : Target.defaultPort(scheme);
    return new AllowedHost(scheme, host, wildcard, port);
  }

  boolean permits(Target target) {
    return target.scheme().equals(scheme)
        && target.port() == port
        && (wildcard ? target.host().endsWith("." + host) : target.host().equals(host));
  }

  private static int parsePort(String text) {
    int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the port must be 1 to 65535");
    }
    return port;
  }
}
