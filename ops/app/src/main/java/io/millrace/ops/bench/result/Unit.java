package io.millrace.ops.bench.result;

/** What a figure counts, and which way is better. */
public enum Unit {
  PER_SECOND("/s", true),
  MILLIS("ms", false),
  SECONDS("s", false),
  BYTES("B", false),
  KIB("KiB", false),
  MIB("MiB", false),
  /** Of something bad: errors, statements, round trips, requests. */
  COUNT("", false),
  /** A share or a ratio; higher is better. */
  RATIO("×", true);

  private final String sign;
  private final boolean higherIsBetter;

  Unit(String sign, boolean higherIsBetter) {
    this.sign = sign;
    this.higherIsBetter = higherIsBetter;
  }

  /** As it is printed behind a number; may be empty. */
  public String sign() {
    return sign;
  }

  public boolean higherIsBetter() {
    return higherIsBetter;
  }
}
