package io.millrace.workers.analysis.profile;

import io.millrace.workers.analysis.read.RowBlock;
import io.millrace.workers.analysis.read.ShownText;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Everything kept of one column. Counters, extremes, moments and lengths are exact; values are
 * exact while few and sketched from then on.
 */
final class ColumnProfile {
  private final String name;
  private final Detail detail;
  private final long[] kinds = new long[CellKind.COUNT];
  private final Extremes extremes = new Extremes();
  private final Moments moments = new Moments();
  private final LengthStats lengths = new LengthStats();
  private final ValueCounts values;

  // Scratch of one block, the numbers in row order.
  private double[] numbers = new double[1024];
  private int numberCount;

  ColumnProfile(String name, Detail detail) {
    this.name = name;
    this.detail = detail;
    this.values = new ValueCounts(detail);
  }

  /** Adds a column's cells of one block. */
  void add(RowBlock block, int column, CellParser parser) {
    char[] text = block.text();
    int count = block.count(column);
    int stride = block.stride();
    int cell = block.first(column);
    numberCount = 0;
    values.startBlock();
    for (int i = 0; i < count; i++, cell += stride) {
      CellKind kind = parser.parse(text, block.start(cell), block.end(cell), block.hint(cell));
      if (kind != null) {
        add(kind, text, parser);
      }
    }
    moments.addAll(numbers, 0, numberCount);
    values.endBlock(numbers, numberCount);
  }

  private void add(CellKind kind, char[] text, CellParser parser) {
    kinds[kind.ordinal()]++;
    int from = parser.from;
    int to = parser.to;
    lengths.add(to - from);
    if (kind.isNumber()) {
      addNumber(parser);
    } else if (kind.isTime()) {
      extremes.addMicros(parser.micros);
    }
    long hash = TextHash.of(text, from, to, kind);
    if (!values.count(hash, kind.isNumber())) {
      String shown = ShownText.of(head(text, from, to), detail.valueChars());
      values.add(hash, kind, shown, parser.number, numberCount);
    }
  }

  private void addNumber(CellParser parser) {
    if (parser.isLong) {
      extremes.addLong(parser.integer);
    } else {
      extremes.addDouble(parser.number);
    }
    if (numberCount == numbers.length) {
      numbers = Arrays.copyOf(numbers, numberCount * 2);
    }
    numbers[numberCount++] = parser.number;
  }

  /** Enough of the text to cut it properly later. */
  private String head(char[] text, int from, int to) {
    return new String(text, from, Math.min(to - from, detail.valueChars() + 2));
  }

  /** Adds what another profile of the same column holds. */
  void merge(ColumnProfile other) {
    for (int kind = 0; kind < kinds.length; kind++) {
      kinds[kind] += other.kinds[kind];
    }
    extremes.merge(other.extremes);
    moments.merge(other.moments);
    lengths.merge(other.lengths);
    values.merge(other.values);
  }

  String name() {
    return name;
  }

  Detail detail() {
    return detail;
  }

  long count(CellKind kind) {
    return kinds[kind.ordinal()];
  }

  /** Values that are not null. */
  long count() {
    return Arrays.stream(kinds).sum();
  }

  Extremes extremes() {
    return extremes;
  }

  Moments moments() {
    return moments;
  }

  LengthStats lengths() {
    return lengths;
  }

  ValueCounts values() {
    return values;
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(name);
    for (long kind : kinds) {
      out.writeLong(kind);
    }
    extremes.write(out);
    moments.write(out);
    lengths.write(out);
    values.write(out);
  }

  static ColumnProfile read(DataInput in, Detail detail) throws IOException {
    ColumnProfile column = new ColumnProfile(in.readUTF(), detail);
    for (int kind = 0; kind < column.kinds.length; kind++) {
      column.kinds[kind] = in.readLong();
    }
    column.extremes.read(in);
    column.moments.read(in);
    column.lengths.read(in);
    column.values.read(in);
    return column;
  }
}
