package io.millrace.workers.handlers.http;

import java.net.InetAddress;

/**
 * A range of addresses, {@code 10.0.0.0/8}.
 *
 * @param network its first address
 * @param prefixBits leading bits that all its addresses share
 */
record CidrBlock(InetAddress network, int prefixBits) {
  /**
   * Parses {@code address/bits}.
   *
   * @throws IllegalArgumentException when it is none, or has bits set after the prefix
   */
  static CidrBlock parse(String text) {
    int slash = text.indexOf('/');
    InetAddress network =
        IpLiteral.parse(slash < 0 ? text : text.substring(0, slash))
            .orElseThrow(() -> new IllegalArgumentException("no IP address before the slash"));
    int width = network.getAddress().length * 8;
    int bits = slash < 0 ? width : parseBits(text.substring(slash + 1), width);
    CidrBlock block = new CidrBlock(network, bits);
    for (int bit = bits; bit < width; bit++) {
      if (bitOf(network.getAddress(), bit)) {
        throw new IllegalArgumentException("the address has bits set after the prefix");
      }
    }
    return block;
  }

  boolean contains(InetAddress address) {
    byte[] mine = network.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < prefixBits; bit++) {
      if (bitOf(mine, bit) != bitOf(other, bit)) {
        return false;
      }
    }
    return true;
  }

  private static int parseBits(String text, int width) {
    if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > width) {
      throw new IllegalArgumentException("the prefix must be 0 to " + width + " bits");
    }
    return Integer.parseInt(text);
  }

  private static boolean bitOf(byte[] bytes, int bit) {
    return (bytes[bit / 8] >> (7 - bit % 8) & 1) == 1;
  }
}
