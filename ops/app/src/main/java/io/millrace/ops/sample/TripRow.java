package io.millrace.ops.sample;

/** Draws one trip and writes it as one row. */
final class TripRow {
  private static final long FIRST_ID = 100_001;
  private static final double PLAIN_NOTES = 0.06;
  private static final int SHORTEST_SECONDS = 61;
  private static final int LEAST_FARE_CENTS = 100;
  private static final double COMMUTER_SHARE = 0.72;
  private static final double WEEKEND_MEMBER_SHARE = 0.45;
  private static final double DAY_PASS_SHARE = 0.3;

  private final RowBuffer out;

  TripRow(RowBuffer out) {
    this.out = out;
  }

  /**
   * Appends one row with its line end.
   *
   * @param index the row's number from 0
   * @param share of the year's trips that lie before it, 0.0 to 1.0
   */
  void append(long index, double share, Draw draw) {
    int day = TripYear.dayAt(share);
    boolean member = draw.chance(TripYear.isWeekend(day) ? WEEKEND_MEMBER_SHARE : COMMUTER_SHARE);
    double kilometres = draw.logNormal(member ? 2.2 : 3.1, member ? 0.55 : 0.75);
    long seconds = seconds(kilometres, member, draw);
    long start = (long) day * TripYear.DAY_SECONDS + TripYear.secondOf(day, draw);

    out.number(FIRST_ID + index);
    out.ascii(',');
    start(start, draw);
    out.ascii(',');
    TripYear.iso(out, start + seconds);
    out.ascii(',');
    rider(member, draw);
    // 1 has a field too many, 2 and 3 end early
    int ragged = draw.has(Dirt.RAGGED) ? 1 + draw.below(3) : 0;
    if (ragged < 3) {
      out.ascii(',');
      stations(draw);
    }
    if (ragged < 2) {
      out.ascii(',');
      distance(kilometres, draw);
      out.ascii(',');
      duration(seconds, draw);
      out.ascii(',');
      fare(kilometres, member, draw);
      out.ascii(',');
      note(draw);
    }
    if (ragged == 1) {
      out.ascii(',');
      out.text("?");
    }
    out.ascii('\n');
  }

  private static long seconds(double kilometres, boolean member, Draw draw) {
    if (draw.has(Dirt.DURATION_OUTLIER)) {
      return TripYear.DAY_SECONDS + draw.below(2 * TripYear.DAY_SECONDS);
    }
    double speed = Math.max(draw.normal(member ? 15.5 : 11.5, 2.2), 5);
    return Math.max((long) (kilometres / speed * 3_600) + 45, SHORTEST_SECONDS);
  }

  private void start(long second, Draw draw) {
    if (draw.has(Dirt.DAY_FIRST)) {
      TripYear.dayFirst(out, second);
    } else {
      TripYear.iso(out, second);
    }
  }

  private void rider(boolean member, Draw draw) {
    if (draw.has(Dirt.RIDER_EMPTY)) {
      return;
    }
    if (member) {
      out.text("member");
    } else {
      out.text(draw.chance(DAY_PASS_SHARE) ? "day pass" : "casual");
    }
  }

  private void stations(Draw draw) {
    out.bytes(Phrases.STATIONS[draw.skewedBelow(Phrases.STATIONS.length)]);
    out.ascii(',');
    if (!draw.has(Dirt.END_STATION_EMPTY)) {
      out.bytes(Phrases.STATIONS[draw.skewedBelow(Phrases.STATIONS.length)]);
    }
  }

  private void distance(double kilometres, Draw draw) {
    if (draw.has(Dirt.DISTANCE_EMPTY)) {
      return;
    }
    if (draw.has(Dirt.DISTANCE_NA)) {
      out.text("NA");
    } else if (draw.has(Dirt.DISTANCE_OUTLIER)) {
      out.hundredths(50_000 + draw.below(1_500_000));
    } else {
      out.hundredths(Math.max(Math.round(kilometres * 100), 1));
    }
  }

  private void duration(long seconds, Draw draw) {
    if (draw.has(Dirt.DURATION_WORDS)) {
      out.number(Math.max(seconds / 60, 1));
      out.text(" min");
    } else {
      out.number(seconds);
    }
  }

  private void fare(double kilometres, boolean member, Draw draw) {
    if (draw.has(Dirt.FARE_EMPTY)) {
      return;
    }
    if (draw.has(Dirt.FARE_NA)) {
      out.text("NA");
    } else if (draw.has(Dirt.FARE_FREE)) {
      out.text("free");
    } else {
      double full = 150 + kilometres * 95 + draw.normal(0, 25);
      out.hundredths(Math.max(Math.round(member ? full * 0.6 : full), LEAST_FARE_CENTS));
    }
  }

  private void note(Draw draw) {
    if (draw.has(Dirt.NOTE_COMMAS)) {
      one(Phrases.COMMAS, draw);
    } else if (draw.has(Dirt.NOTE_EMOJI)) {
      one(Phrases.EMOJI, draw);
    } else if (draw.has(Dirt.NOTE_QUOTES)) {
      one(Phrases.QUOTES, draw);
    } else if (draw.has(Dirt.NOTE_LINES)) {
      one(Phrases.LINES, draw);
    } else if (draw.chance(PLAIN_NOTES)) {
      one(Phrases.PLAIN, draw);
    }
  }

  private void one(byte[][] texts, Draw draw) {
    out.bytes(texts[draw.below(texts.length)]);
  }
}
