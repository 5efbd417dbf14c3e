package io.millrace.ops.scale.policy;

import io.millrace.ops.scale.policy.Policy.Check;
import java.time.Duration;
import java.util.List;

/**
 * How much of a wish is let through, and when.
 *
 * @param min workers, at least 0; 0 lets a pool sleep
 * @param max workers, at least 1 and at least {@code min}
 * @param upWindow a higher wish must have stood so long; 0 s lets it through at once
 * @param downWindow a lower wish must have stood so long
 * @param coolDown least time from any change to the next change downwards
 * @param upFactor by how much the fleet may grow in one step, more than 1; it may always grow by
 *     {@code upLeast}
 * @param upLeast workers, at least 1
 * @param downShare share of the fleet that may leave in one step, above 0, to 1; one may always
 * @param deadBand share of the fleet by which a wish must be lower to count, 0 to 0.5
 * @param sleepAfter how long a pool must have been without any job before its last worker goes
 * @param floors least numbers by time of the week
 */
public record Rules(
    int min,
    int max,
    Duration upWindow,
    Duration downWindow,
    Duration coolDown,
    double upFactor,
    int upLeast,
    double downShare,
    double deadBand,
    Duration sleepAfter,
    List<Floor> floors) {
  private static final int MOST_WORKERS = 10_000;

  public Rules {
    Check.that(min >= 0 && min <= MOST_WORKERS, "min", min, "from 0 to 10000");
    Check.that(max >= 1 && max <= MOST_WORKERS, "max", max, "from 1 to 10000");
    Check.that(min <= max, "min", min, "at most max, which is " + max);
    Check.that(!upWindow.isNegative(), "upWindow", upWindow, "0 s or more");
    Check.that(!downWindow.isNegative(), "downWindow", downWindow, "0 s or more");
    Check.that(!coolDown.isNegative(), "coolDown", coolDown, "0 s or more");
    Check.that(upFactor > 1, "upFactor", upFactor, "more than 1");
    Check.that(upLeast >= 1, "upLeast", upLeast, "1 or more");
    Check.that(downShare > 0 && downShare <= 1, "downShare", downShare, "more than 0, to 1");
    Check.that(deadBand >= 0 && deadBand <= 0.5, "deadBand", deadBand, "from 0 to 0.5");
    Check.that(!sleepAfter.isNegative(), "sleepAfter", sleepAfter, "0 s or more");
    floors = List.copyOf(floors);
  }

  /**
   * Up at once and at most to the double (or by 4); down by a quarter after two minutes of lower
   * wishes, half a minute from step to step; to sleep after five minutes.
   */
  public static Rules between(int min, int max) {
    return new Rules(
        min,
        max,
        Duration.ZERO,
        Duration.ofSeconds(120),
        Duration.ofSeconds(30),
        2,
        4,
        0.25,
        0.1,
        Duration.ofSeconds(300),
        List.of());
  }

  /** With other windows. */
  public Rules withWindows(Duration up, Duration down, Duration pause) {
    return new Rules(
        min, max, up, down, pause, upFactor, upLeast, downShare, deadBand, sleepAfter, floors);
  }

  /** With floors. */
  public Rules withFloors(List<Floor> given) {
    return new Rules(
        min,
        max,
        upWindow,
        downWindow,
        coolDown,
        upFactor,
        upLeast,
        downShare,
        deadBand,
        sleepAfter,
        given);
  }

  /** The least number of workers at a moment: {@code min} or the highest floor, within the max. */
  int floorAt(long atMillis) {
    int floor = min;
    for (Floor one : floors) {
      if (one.holdsAt(atMillis)) {
        floor = Math.max(floor, one.workers());
      }
    }
    return Math.min(floor, max);
  }
}
