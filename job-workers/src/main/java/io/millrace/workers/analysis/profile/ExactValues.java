package io.millrace.workers.analysis.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How often each value occurs, as long as there are few. Keyed by a 64-bit hash of the text; among
 * 1,000 values two share one with a chance of 1 in 10^13.
 */
final class ExactValues {
  /** By count, most frequent first; equal counts by text, so that order never depends on chance. */
  private static final Comparator<Entry> BY_COUNT =
      Comparator.comparingLong(Entry::count).reversed().thenComparing(Entry::text);

  private final int limit;
  private final int mask;
  private final long[] hashes;
  private final long[] counts;
  private final Value[] values;
  private int size;

  /** Holds up to a number of distinct values. */
  ExactValues(int limit) {
    this.limit = limit;
    int slots = Integer.highestOneBit(Math.max(limit, 4) * 2 - 1) * 2;
    this.mask = slots - 1;
    this.hashes = new long[slots];
    this.counts = new long[slots];
    this.values = new Value[slots];
  }

  /** A value: its kind, its text as shown, and what it is worth if it is a number. */
  record Value(CellKind kind, String text, double number) {}

  /** A value and how often it occurs. */
  record Entry(long hash, long count, Value value) {
    String text() {
      return value.text();
    }
  }

  /** Counts a value that is known; false if it is not. */
  boolean count(long hash) {
    int slot = slot(hash);
    if (counts[slot] == 0) {
      return false;
    }
    counts[slot]++;
    return true;
  }

  /** Adds a value; false if there is no room for another distinct one. */
  boolean add(long hash, long count, Value value) {
    int slot = slot(hash);
    if (counts[slot] == 0) {
      if (size == limit) {
        return false;
      }
      size++;
      hashes[slot] = hash;
      values[slot] = value;
    }
    counts[slot] += count;
    return true;
  }

  int size() {
    return size;
  }

  /** All values, most frequent first. */
  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>(size);
    for (int slot = 0; slot < counts.length; slot++) {
      Value value = values[slot];
      if (value != null) {
        entries.add(new Entry(hashes[slot], counts[slot], value));
      }
    }
    entries.sort(BY_COUNT.thenComparingLong(Entry::hash));
    return entries;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    for (Entry entry : entries()) {
      out.writeLong(entry.hash());
      out.writeLong(entry.count());
      out.writeByte(entry.value().kind().ordinal());
      out.writeUTF(entry.text());
      out.writeDouble(entry.value().number());
    }
  }

  void read(DataInput in) throws IOException {
    int entries = in.readInt();
    for (int i = 0; i < entries; i++) {
      long hash = in.readLong();
      long count = in.readLong();
      CellKind kind = CellKind.of(in.readByte());
      add(hash, count, new Value(kind, in.readUTF(), in.readDouble()));
    }
  }

  private int slot(long hash) {
    int slot = (int) (hash >>> 32) & mask;
    while (counts[slot] != 0 && hashes[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
