package io.millrace.workers.analysis.profile;

/**
 * A 64-bit hash of a value: two lanes of FNV-1a, mixed as in MurmurHash3. Values of different kinds
 * differ even if their text is the same, as the string "1" and the number 1 in JSON do.
 */
final class TextHash {
  private static final long PRIME = 0x100000001b3L;
  private static final long BASIS = 0xcbf29ce484222325L;

  private TextHash() {}

  static long of(char[] text, int from, int to, CellKind kind) {
    long even = BASIS ^ kind.ordinal();
    long odd = ~BASIS ^ (to - from);
    int at = from;
    for (; at + 1 < to; at += 2) {
      even = (even ^ text[at]) * PRIME;
      odd = (odd ^ text[at + 1]) * PRIME;
    }
    if (at < to) {
      even = (even ^ text[at]) * PRIME;
    }
    return mix(even ^ Long.rotateLeft(mix(odd), 31));
  }

  private static long mix(long h) {
    long mixed = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
