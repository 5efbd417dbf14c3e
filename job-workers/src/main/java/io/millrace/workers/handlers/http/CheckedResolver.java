package io.millrace.workers.handlers.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/**
 * The client's only source of addresses: looks a host up once per connection and hands out nothing
 * that the policy has not passed. The client connects to these very objects, so a name server that
 * changes its mind a moment later (DNS rebinding) changes nothing, while TLS still sees the name.
 */
final class CheckedResolver implements DnsResolver {
  private final NameLookup lookup;
  private final AddressPolicy policy;

  CheckedResolver(NameLookup lookup, AddressPolicy policy) {
    this.lookup = lookup;
    this.policy = policy;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    var literal = IpLiteral.parse(host);
    List<InetAddress> addresses =
        literal.isPresent() ? List.of(literal.get()) : lookup.addressesOf(host);
    policy.check(host, addresses);
    return addresses.toArray(InetAddress[]::new);
  }

  /** Used by Kerberos alone, which is never switched on. */
  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
