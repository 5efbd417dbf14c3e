package io.millrace.workers.boot;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** This machine's name, for people. */
final class HostName {
  private HostName() {}

  static String local() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "worker";
    }
  }
}
