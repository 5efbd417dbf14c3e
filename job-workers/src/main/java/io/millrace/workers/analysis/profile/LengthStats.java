package io.millrace.workers.analysis.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Shortest, longest and mean length of values, in UTF-16 characters; exact. */
final class LengthStats {
  private int min = Integer.MAX_VALUE;
  private int max;
  private long sum;

  void add(int length) {
    min = Math.min(min, length);
    max = Math.max(max, length);
    sum += length;
  }

  void merge(LengthStats other) {
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    sum += other.sum;
  }

  int min() {
    return min;
  }

  int max() {
    return max;
  }

  double mean(long count) {
    return (double) sum / count;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(min);
    out.writeInt(max);
    out.writeLong(sum);
  }

  void read(DataInput in) throws IOException {
    min = in.readInt();
    max = in.readInt();
    sum = in.readLong();
  }
}
