package io.millrace.ops.it;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobHandler;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A desk for trips and documents, in the memory of the test: bookings are held until somebody
 * cancels them, and the card 4000 is declined.
 */
final class DeskHandler implements JobHandler<DeskHandler.Payload> {
  /** What the examples give any of the types. */
  record Payload(
      @Nullable String trip,
      @Nullable String arrival,
      @Nullable String card,
      @Nullable Long amount,
      @Nullable String booking,
      @Nullable String document,
      @Nullable Integer page,
      @Nullable String to,
      @Nullable String subject) {}

  static final Set<String> BOOKED = ConcurrentHashMap.newKeySet();
  static final Queue<String> MAILS = new ConcurrentLinkedQueue<>();
  static final Map<String, String> FILED = new ConcurrentHashMap<>();
  private static final String DECLINED = "4000";

  private final String type;

  DeskHandler(String type) {
    this.type = type;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public Class<Payload> payloadType() {
    return Payload.class;
  }

  @Override
  public String payloadSchema() {
    return "{\"type\": \"object\"}";
  }

  @Override
  public @Nullable Object run(Payload payload, JobContext context) throws JobFailedException {
    return switch (type) {
      case "flight.book" ->
          Map.of(
              "booking",
              booked("F-" + payload.trip()),
              "price",
              120,
              "arrival",
              "2026-05-01T08:00:00Z");
      case "hotel.book" -> Map.of("booking", booked("H-" + payload.trip()), "price", 300);
      case "flight.cancel", "hotel.cancel" -> BOOKED.remove(payload.booking());
      case "card.charge" -> charged(payload);
      case "document.extract" -> Map.of("pages", List.of(1, 2));
      case "document.score" -> "draft".equals(payload.document()) ? 0.4 : 0.9;
      case "mail.send" -> MAILS.add(String.valueOf(payload.subject()));
      default -> FILED.put(String.valueOf(payload.document()), type);
    };
  }

  private static String booked(String booking) {
    BOOKED.add(booking);
    return booking;
  }

  private static @Nullable Long charged(Payload payload) throws JobFailedException {
    if (DECLINED.equals(payload.card())) {
      throw new JobFailedException(ErrorKind.DEPENDENCY, "the card was declined", false, null);
    }
    return payload.amount();
  }
}
