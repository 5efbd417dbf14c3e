package io.millrace.workers.handlers.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses a request may connect to.
 *
 * <ul>
 *   <li>Metadata services of cloud providers: never, however they are listed. The answer is kept as
 *       the job's result, so a listed one would hand the machine's credentials to tenants.
 *   <li>Unspecified, multicast and broadcast addresses: never.
 *   <li>A host given as an IP literal has passed the allow list by that very literal, so the
 *       operator meant it: any other address goes.
 *   <li>A host given by name: public addresses, and those in the operator's private networks.
 * </ul>
 *
 * "Public" is what the IANA special-purpose registries (RFC 6890 and its updates) call globally
 * reachable; IPv6 outside 2000::/3 is not. Addresses that carry an IPv4 address are judged by it
 * (NAT64) or refused (6to4, Teredo, IPv4-compatible).
 */
final class AddressPolicy {
  private static final List<CidrBlock> METADATA =
      blocks(
          "169.254.169.254", // AWS, Google, Azure, Oracle, DigitalOcean and others
          "169.254.170.2", // AWS ECS task credentials
          "169.254.170.23", // AWS EKS pod identity
          "168.63.129.16", // Azure host agent; a public address
          "100.100.100.200", // Alibaba
          "192.0.0.192", // Oracle classic
          "fd00:ec2::/32", // AWS: ::254 metadata, ::23 EKS pod identity, and the rest of theirs
          "fd20:ce::254"); // Google

  private static final List<CidrBlock> UNUSABLE =
      blocks("0.0.0.0/8", "224.0.0.0/4", "255.255.255.255", "::", "ff00::/8");

  private static final List<CidrBlock> SPECIAL =
      blocks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/3",
          "2001::/23",
          "2001:db8::/32",
          "2002::/16",
          "3fff::/20");

  private static final CidrBlock GLOBAL_UNICAST = CidrBlock.parse("2000::/3");
  private static final CidrBlock NAT64 = CidrBlock.parse("64:ff9b::/96");
  private static final int IPV6_BYTES = 16;

  private final List<CidrBlock> privateNetworks;

  AddressPolicy(List<CidrBlock> privateNetworks) {
    this.privateNetworks = List.copyOf(privateNetworks);
  }

  /**
   * Passes when every address may be connected to; one that may not refuses them all, because the
   * order in which they are tried is the name server's choice.
   */
  void check(String host, List<InetAddress> addresses) throws RefusedAddressException {
    boolean literal = IpLiteral.parse(host).isPresent();
    for (InetAddress address : addresses) {
      InetAddress judged = withoutNat64(address);
      if (isIn(METADATA, judged) || isIn(UNUSABLE, judged)) {
        throw new RefusedAddressException(
            host + " is or resolves to an address that jobs may never reach");
      }
      if (!literal && !isPublic(judged) && !isIn(privateNetworks, judged)) {
        throw new RefusedAddressException(
            host
                + " resolves to an address that is not public; an operator who wants that adds the"
                + " network to "
                + HttpRequestSettings.PRIVATE_NETWORKS_KEY);
      }
    }
  }

  private static boolean isPublic(InetAddress address) {
    boolean unicast = address.getAddress().length != IPV6_BYTES || GLOBAL_UNICAST.contains(address);
    return unicast && !isIn(SPECIAL, address);
  }

  /** On an IPv6-only network the name server gives every IPv4 host an address in 64:ff9b::/96. */
  private static InetAddress withoutNat64(InetAddress address) {
    if (!NAT64.contains(address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, IPV6_BYTES - 4, IPV6_BYTES));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are always an address", e);
    }
  }

  private static boolean isIn(List<CidrBlock> blocks, InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  private static List<CidrBlock> blocks(String... texts) {
    return Stream.of(texts).map(CidrBlock::parse).toList();
  }
}
