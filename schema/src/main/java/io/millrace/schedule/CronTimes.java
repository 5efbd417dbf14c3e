package io.millrace.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.Set;

/**
 * The instants of a cron expression in a time zone. The library says which local times the
 * expression names, on a calendar without changes of the clocks; what those changes do to them is
 * decided here, so that it is the same for every expression:
 *
 * <ul>
 *   <li>Where the hour field is {@code *}, the expression follows the clocks on the wall: local
 *       times that are skipped have no instant, local times that come twice fire twice. Every five
 *       minutes stays every five minutes.
 *   <li>Where hours are named, each local time fires once a day: one that is skipped at the end of
 *       the gap, together with the others of that gap; one that comes twice the first time.
 * </ul>
 */
public final class CronTimes implements Recurrence {
  private static final Set<String> EVERY_HOUR = Set.of("*", "*/1", "0-23");
  private static final CronDefinition FIVE = definition(false);
  private static final CronDefinition SIX = definition(true);

  private final ExecutionTime times;
  private final ZoneRules rules;
  private final boolean everyHour;

  private CronTimes(ExecutionTime times, ZoneRules rules, boolean everyHour) {
    this.times = times;
    this.rules = rules;
    this.everyHour = everyHour;
  }

  /**
   * Reads an expression.
   *
   * @throws BadTimingException when it is none, names no time that ever comes, or the zone is not
   *     known
   */
  public static CronTimes of(String expression, String zone) {
    ZoneRules rules = zone(zone).getRules();
    String[] fields = expression.strip().split("\\s+", -1);
    if (fields.length != 5 && fields.length != 6) {
      throw new BadTimingException(
          BadTimingException.Field.CRON,
          "cron has %s; it must have five (minute, hour, day of month, month, day of week), or six"
                  .formatted(fields.length == 1 ? "1 field" : fields.length + " fields")
              + " with seconds first");
    }
    CronTimes times;
    try {
      Cron cron =
          new CronParser(fields.length == 6 ? SIX : FIVE)
              .parse(String.join(" ", fields))
              .validate();
      times =
          new CronTimes(
              ExecutionTime.forCron(cron), rules, EVERY_HOUR.contains(fields[fields.length - 4]));
      if (times.nextLocal(LocalDateTime.of(2000, 1, 1, 0, 0)).isEmpty()) {
        throw new BadTimingException(
            BadTimingException.Field.CRON, "cron names a day that never comes, so it never fires");
      }
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw e instanceof BadTimingException bad
          ? bad
          : new BadTimingException(
              BadTimingException.Field.CRON, "cron cannot be read: " + reason(e));
    }
    return times;
  }

  /** The zones of the IANA database by their names; offsets and abbreviations are none. */
  private static ZoneId zone(String name) {
    if (!name.equals("UTC") && !ZoneId.getAvailableZoneIds().contains(name)) {
      throw new BadTimingException(
          BadTimingException.Field.ZONE,
          "zone must be the name of an IANA time zone, such as Europe/Berlin or UTC");
    }
    return ZoneId.of(name);
  }

  private static String reason(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return message.replace("Failed to parse cron expression. ", "");
  }

  @Override
  public Optional<Instant> next(Instant after) {
    Instant second = after.truncatedTo(ChronoUnit.SECONDS);
    return everyHour ? nextOnTheWall(second) : nextOnceADay(second);
  }

  private Optional<Instant> nextOnTheWall(Instant after) {
    ZoneOffset offset = rules.getOffset(after);
    Optional<LocalDateTime> local =
        nextLocal(LocalDateTime.ofInstant(after, rules.getOffset(after)));
    ZoneOffsetTransition change = rules.nextTransition(after);
    while (local.isPresent() && change != null && change.getInstant().isAfter(after)) {
      Instant found = local.get().toInstant(offset);
      if (found.isBefore(change.getInstant())) {
        return Optional.of(found);
      }
      // From the change on, by the new offset; the first local time after it included.
      offset = change.getOffsetAfter();
      local = nextLocal(change.getDateTimeAfter().minusSeconds(1));
      change = rules.nextTransition(change.getInstant());
    }
    ZoneOffset last = offset;
    return local.map(found -> found.toInstant(last));
  }

  private Optional<Instant> nextOnceADay(Instant after) {
    LocalDateTime from = LocalDateTime.ofInstant(after, rules.getOffset(after));
    ZoneOffsetTransition overlap = rules.getTransition(from);
    if (overlap != null && overlap.isOverlap() && !after.isBefore(overlap.getInstant())) {
      // The second time round: all of these have had their turn.
      from = overlap.getDateTimeBefore().minusSeconds(1);
    }
    Optional<LocalDateTime> local = nextLocal(from);
    while (local.isPresent() && !instant(local.get()).isAfter(after)) {
      local = nextLocal(local.get());
    }
    return local.map(this::instant);
  }

  private Instant instant(LocalDateTime local) {
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change == null) {
      return local.toInstant(rules.getOffset(local));
    }
    return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
  }

  private Optional<LocalDateTime> nextLocal(LocalDateTime after) {
    return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
  }

  private static CronDefinition definition(boolean seconds) {
    CronDefinitionBuilder fields = CronDefinitionBuilder.defineCron();
    if (seconds) {
      fields = fields.withSeconds().withValidRange(0, 59).withStrictRange().and();
    }
    return fields
        .withMinutes()
        .withValidRange(0, 59)
        .withStrictRange()
        .and()
        .withHours()
        .withValidRange(0, 23)
        .withStrictRange()
        .and()
        .withDayOfMonth()
        .withValidRange(1, 31)
        .supportsL()
        .withStrictRange()
        .and()
        .withMonth()
        .withValidRange(1, 12)
        .withStrictRange()
        .and()
        .withDayOfWeek()
        .withValidRange(0, 7)
        .withMondayDoWValue(1)
        .withIntMapping(7, 0)
        .supportsHash()
        .withStrictRange()
        .and()
        .instance();
  }
}
