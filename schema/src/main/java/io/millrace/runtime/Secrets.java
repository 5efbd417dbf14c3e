package io.millrace.runtime;

import java.security.SecureRandom;

/** Bytes that nobody can guess. Thread-safe. */
public final class Secrets {
  private final SecureRandom random = new SecureRandom();

  /** So many new bytes. */
  public byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
