package io.millrace.workers.analysis.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.FrequentLongsSketch;

/**
 * The most frequent of many values: DataSketches' frequent-items sketch over hashes, and the texts
 * of those hashes that have come up often enough to be shown. Values that occur once cost no
 * string.
 */
final class FrequentValues {
  /** A value's text is kept once at least so many of its occurrences are certain. */
  static final int MIN_COUNT = 8;

  private final int mapSize;
  private FrequentLongsSketch sketch;
  private final Map<Long, String> texts = new HashMap<>();

  /** Of the map size in {@link Detail}. */
  FrequentValues(int mapSize) {
    this.mapSize = mapSize;
    this.sketch = new FrequentLongsSketch(mapSize);
  }

  /** A value and the bounds of how often it occurs; they always hold. */
  record Entry(String text, long lower, long upper) {}

  /** Counts a value; true if its text is wanted now, see {@link #name}. */
  boolean count(long hash) {
    sketch.update(hash);
    return sketch.getLowerBound(hash) == MIN_COUNT;
  }

  /** Counts a value several times. */
  void add(long hash, long count, String text) {
    sketch.update(hash, count);
    name(hash, text);
  }

  /** Keeps a value's text. */
  void name(long hash, String text) {
    if (texts.size() >= 4 * mapSize) {
      forgetRare();
    }
    texts.put(hash, text);
  }

  /** Counts are at most this much too high or too low. */
  long maxError() {
    return sketch.getMaximumError();
  }

  /** Values certain to be more frequent than the error, most frequent first. */
  List<Entry> entries(int limit) {
    List<Entry> entries = new ArrayList<>();
    for (var row : sketch.getFrequentItems(ErrorType.NO_FALSE_POSITIVES)) {
      String text = texts.get(row.getItem());
      if (text != null && row.getLowerBound() >= MIN_COUNT) {
        entries.add(new Entry(text, row.getLowerBound(), row.getUpperBound()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::lower).reversed().thenComparing(Entry::text));
    return entries.subList(0, Math.min(limit, entries.size()));
  }

  void merge(FrequentValues other) {
    sketch.merge(other.sketch);
    texts.putAll(other.texts);
    forgetRare();
  }

  void write(DataOutput out) throws IOException {
    forgetRare();
    Blobs.write(out, sketch.toByteArray());
    out.writeInt(texts.size());
    for (Map.Entry<Long, String> text : texts.entrySet()) {
      out.writeLong(text.getKey());
      out.writeUTF(text.getValue());
    }
  }

  void read(DataInput in) throws IOException {
    sketch = FrequentLongsSketch.getInstance(MemorySegment.ofArray(Blobs.read(in)));
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      texts.put(in.readLong(), in.readUTF());
    }
  }

  private void forgetRare() {
    texts.keySet().removeIf(hash -> sketch.getLowerBound(hash) == 0);
  }
}
