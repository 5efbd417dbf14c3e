package io.millrace.workers.handlers.http;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes. Parsed once; what is checked and what is connected to are the same fields,
 * so no second parser can see another host in the same URL.
 *
 * @param scheme {@code https} or {@code http}
 * @param host lower case, without a trailing dot or brackets: an ASCII name or a canonical literal
 * @param port 1 to 65535, the scheme's own when the URL has none
 * @param pathAndQuery still encoded, starts with a slash; a fragment is dropped
 */
record Target(String scheme, String host, int port, String pathAndQuery) {
  static final int MAX_URL_CHARS = 2_048;
  private static final int MAX_PORT = 65_535;

  /** Letters, digits, hyphens; the last label starts with a letter, as every top-level domain. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)*"
              + "[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

  /**
   * Parses an absolute URL (RFC 3986).
   *
   * @throws JobFailedException BAD_PAYLOAD, saying what is wrong and quoting nothing of it
   */
  static Target parse(@Nullable String url) throws JobFailedException {
    if (url == null || url.length() > MAX_URL_CHARS) {
      throw refused("must be 1 to " + MAX_URL_CHARS + " characters");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw refused("is not a valid URL");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw refused("must start with https:// or http://");
    }
    String authority = uri.getRawAuthority();
    if (authority != null && authority.indexOf('@') >= 0) {
      throw refused("must not hold a user name or password");
    }
    String host =
        normalHost(uri.getHost())
            .orElseThrow(
                () ->
                    refused(
                        "has no usable host: "
                            + """
        a name in ASCII (write others in their xn-- form), an IPv4 address in dotted decimals \
        or an IPv6 address in brackets is needed"""));
    return new Target(scheme, host, port(uri, scheme), pathAndQuery(uri));
  }

  /** The host in the form this class keeps; empty when it is neither a name nor a literal. */
  static Optional<String> normalHost(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    if (text.startsWith("[") && text.endsWith("]")) {
      String inner = text.substring(1, text.length() - 1);
      return inner.contains(":")
          ? IpLiteral.parse(inner).map(InetAddress::getHostAddress)
          : Optional.empty();
    }
    String lower = text.toLowerCase(Locale.ROOT);
    String host = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    boolean usable = NAME.matcher(host).matches() || isIpv4(host);
    return usable ? Optional.of(host) : Optional.empty();
  }

  static int defaultPort(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }

  /** For messages: no path and no query, where secrets may be. */
  String origin() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return scheme + "://" + shown + (port == defaultPort(scheme) ? "" : ":" + port);
  }

  URI uri() {
    return URI.create(origin() + pathAndQuery);
  }

  private static boolean isIpv4(String host) {
    return !host.contains(":") && IpLiteral.parse(host).isPresent();
  }

  private static int port(URI uri, String scheme) throws JobFailedException {
    int port = uri.getPort();
    if (port == 0 || port > MAX_PORT) {
      throw refused("has a port that is not 1 to " + MAX_PORT);
    }
    return port < 0 ? defaultPort(scheme) : port;
  }

  private static String pathAndQuery(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private static JobFailedException refused(String why) {
    return new JobFailedException(ErrorKind.BAD_PAYLOAD, "url " + why);
  }
}
