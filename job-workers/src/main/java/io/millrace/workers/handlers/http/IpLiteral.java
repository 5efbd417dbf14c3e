package io.millrace.workers.handlers.http;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads IP addresses in their one canonical spelling. C libraries also take {@code 2130706433},
 * {@code 0x7f.1} and {@code 0177.0.0.1} for 127.0.0.1; such spellings are no address here, and no
 * host name either.
 */
final class IpLiteral {
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

  /** No zone: {@code fe80::1%eth0} names a link of this machine. */
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

  private IpLiteral() {}

  /**
   * The address, or empty when the text is none.
   *
   * @param host without brackets
   */
  static Optional<InetAddress> parse(String host) {
    boolean candidate =
        IPV4.matcher(host).matches() || (host.contains(":") && IPV6.matcher(host).matches());
    if (!candidate) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }
}
