package io.millrace.ops.sample;

/** What is wrong with the sample and in how many of a million rows, on average. */
public enum Dirt {
  /** No rider type: an empty field. */
  RIDER_EMPTY(20_000),
  /** The bike was never docked: no end station. */
  END_STATION_EMPTY(15_000),
  /** An empty distance. */
  DISTANCE_EMPTY(10_000),
  /** A distance of {@code NA}. */
  DISTANCE_NA(5_000),
  /** A distance across half the planet. */
  DISTANCE_OUTLIER(300),
  /** A bike forgotten for one to three days. */
  DURATION_OUTLIER(800),
  /** A duration such as {@code 12 min} among seconds. */
  DURATION_WORDS(1_000),
  /** An empty fare. */
  FARE_EMPTY(6_000),
  /** A fare of {@code NA}. */
  FARE_NA(4_000),
  /** A fare of {@code free} among numbers. */
  FARE_FREE(8_000),
  /** A start time written day first: {@code 14/03/2025 08:23}. */
  DAY_FIRST(500),
  /** A note with a line end inside its quotes. */
  NOTE_LINES(4_000),
  /** A note with quotes inside its quotes. */
  NOTE_QUOTES(12_000),
  /** A note with commas inside its quotes. */
  NOTE_COMMAS(25_000),
  /** A note with emoji. */
  NOTE_EMOJI(20_000),
  /** Fields missing at the end, or one too many: a row that cannot be read. */
  RAGGED(200);

  private final int perMillion;

  Dirt(int perMillion) {
    this.perMillion = perMillion;
  }

  /** The number of rows in a million that have it, on average. */
  public int perMillion() {
    return perMillion;
  }
}
