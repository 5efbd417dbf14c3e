package io.millrace.workers.analysis.read;

import java.util.Arrays;

/** A growing list of indices. */
final class RecordEnds {
  private int[] ends = new int[4096];
  private int size;

  void clear() {
    size = 0;
  }

  void add(int end) {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, size * 2);
    }
    ends[size++] = end;
  }

  int size() {
    return size;
  }

  int last() {
    return ends[size - 1];
  }

  int[] toArray() {
    return Arrays.copyOf(ends, size);
  }
}
