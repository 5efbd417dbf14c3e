package io.millrace.workers.handlers.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns a host name into its addresses; the operating system's resolver outside of tests. */
@FunctionalInterface
interface NameLookup {
  NameLookup SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * All addresses of the host, at least one.
   *
   * @throws UnknownHostException when it has none
   */
  List<InetAddress> addressesOf(String host) throws UnknownHostException;
}
