package io.millrace.workers.analysis.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.jspecify.annotations.Nullable;

/**
 * A column's values: counted exactly while they are few; from then on by sketches, which start with
 * the exact counts. Distinct values go to HLL, frequencies to the frequent-items sketch, the order
 * of numbers to KLL.
 */
final class ValueCounts {
  private final Detail detail;
  private @Nullable ExactValues exact;
  private @Nullable Sketches sketches;
  // Of the current block's numbers, KLL has those before this one through the exact counts.
  private int kllFrom;

  ValueCounts(Detail detail) {
    this.detail = detail;
    this.exact = new ExactValues(detail.exactValues());
  }

  /** The sketches of a column with many values. */
  record Sketches(HllSketch distinct, FrequentValues frequent, KllDoublesSketch order) {
    static Sketches empty(Detail detail) {
      return new Sketches(
          new HllSketch(detail.hllLgK(), TgtHllType.HLL_8),
          new FrequentValues(detail.frequentMapSize()),
          KllDoublesSketch.newHeapInstance(detail.kllK()));
    }
  }

  void startBlock() {
    kllFrom = 0;
  }

  /** Counts a value; false if its text is wanted: then call {@link #add} for it. */
  boolean count(long hash, boolean number) {
    if (exact != null) {
      return exact.count(hash);
    }
    Sketches known = sketched();
    known.distinct().update(hash);
    return !known.frequent().count(hash);
  }

  /**
   * Takes the text of the value that {@link #count} asked about.
   *
   * @param numbersSoFar of the current block, this value included if it is one
   */
  void add(long hash, CellKind kind, String text, double number, int numbersSoFar) {
    if (exact == null) {
      sketched().frequent().name(hash, text);
      return;
    }
    ExactValues.Value value = new ExactValues.Value(kind, text, kind.isNumber() ? number : 0);
    if (!exact.add(hash, 1, value)) {
      Sketches known = spill();
      add(known, hash, 1, value);
      kllFrom = numbersSoFar;
    }
  }

  /** Hands the block's numbers to KLL, as far as it does not have them. */
  void endBlock(double[] numbers, int count) {
    if (sketches != null && count > kllFrom) {
      sketches.order().update(numbers, kllFrom, count - kllFrom);
    }
  }

  /** The exact counts, null when there are too many values. */
  @Nullable ExactValues exact() {
    return exact;
  }

  /** The sketches; only when there are no exact counts. */
  Sketches sketched() {
    if (sketches == null) {
      throw new IllegalStateException("values are still counted exactly");
    }
    return sketches;
  }

  void merge(ValueCounts other) {
    if (other.exact != null) {
      other.exact.entries().forEach(this::merge);
      return;
    }
    if (exact != null) {
      spill();
    }
    Sketches mine = sketched();
    Sketches theirs = other.sketched();
    HllUnion union = new HllUnion(detail.hllLgK());
    union.update(mine.distinct());
    union.update(theirs.distinct());
    mine.frequent().merge(theirs.frequent());
    mine.order().merge(theirs.order());
    sketches = new Sketches(union.getResult(TgtHllType.HLL_8), mine.frequent(), mine.order());
  }

  private void merge(ExactValues.Entry entry) {
    if (exact == null || !exact.add(entry.hash(), entry.count(), entry.value())) {
      add(exact == null ? sketched() : spill(), entry.hash(), entry.count(), entry.value());
    }
  }

  /** Goes over from exact counts to sketches. In an order of its own, so that it is repeatable. */
  private Sketches spill() {
    Sketches started = Sketches.empty(detail);
    List<ExactValues.Entry> entries = exact == null ? List.of() : exact.entries();
    entries.stream()
        .sorted(Comparator.comparingLong(ExactValues.Entry::hash))
        .forEach(entry -> add(started, entry.hash(), entry.count(), entry.value()));
    exact = null;
    sketches = started;
    return started;
  }

  private static void add(Sketches to, long hash, long count, ExactValues.Value value) {
    to.distinct().update(hash);
    to.frequent().add(hash, count, value.text());
    if (value.kind().isNumber()) {
      to.order().update(value.number(), count);
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeBoolean(exact != null);
    if (exact != null) {
      exact.write(out);
      return;
    }
    Sketches known = sketched();
    Blobs.write(out, known.distinct().toCompactByteArray());
    Blobs.write(out, known.order().toByteArray());
    known.frequent().write(out);
  }

  void read(DataInput in) throws IOException {
    if (in.readBoolean()) {
      exact = new ExactValues(detail.exactValues());
      exact.read(in);
      return;
    }
    exact = null;
    HllSketch distinct = HllSketch.heapify(Blobs.read(in));
    KllDoublesSketch order = KllDoublesSketch.heapify(MemorySegment.ofArray(Blobs.read(in)));
    FrequentValues frequent = new FrequentValues(detail.frequentMapSize());
    frequent.read(in);
    sketches = new Sketches(distinct, frequent, order);
  }
}
