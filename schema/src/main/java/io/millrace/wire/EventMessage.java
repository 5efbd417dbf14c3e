package io.millrace.wire;

import io.millrace.model.JobEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * An event of a job's log as it leaves the process: a CloudEvents 1.0 record in binary mode on
 * {@link Topics#EVENTS}, keyed by the job's id, and the JSON that is its value.
 *
 * <p>The value's shape has a version in {@code ce_dataschema}. Within a version fields are only
 * added. {@code ce_id} is the same each time the event is sent, so consumers recognise repetitions.
 */
public final class EventMessage {
  /** Names the shape of the value; the number behind the last slash is its version. */
  public static final String SCHEMA = "https://millrace.io/schemas/job-event/1";

  /** What {@code ce_type} begins with; the kind follows in lower case, with dots. */
  public static final String TYPE_PREFIX = "io.millrace.job.";

  private EventMessage() {}

  /**
   * Encodes an event.
   *
   * @param source {@code ce_source}: which installation it comes from, a URI reference
   */
  public static ProducerRecord<byte[], byte[]> encode(JobEvent event, String source) {
    List<Header> headers = new ArrayList<>();
    add(headers, "ce_specversion", "1.0");
    add(headers, "ce_id", event.jobId() + "/" + event.n());
    add(headers, "ce_source", source);
    add(headers, "ce_type", type(event.kind()));
    add(headers, "ce_subject", event.jobId().toString());
    add(headers, "ce_time", event.at().toString());
    add(headers, "ce_dataschema", SCHEMA);
    add(headers, "ce_tenant", event.tenant());
    add(headers, "ce_jobtype", event.type());
    add(headers, "ce_attempt", Integer.toString(event.attempt()));
    add(headers, "ce_sequence", Integer.toString(event.n()));
    // The Kafka binding's name of datacontenttype.
    add(headers, "content-type", "application/json");
    return new ProducerRecord<>(
        Topics.EVENTS,
        null,
        event.at().toEpochMilli(),
        utf8(event.jobId().toString()),
        utf8(json(event)),
        headers);
  }

  /** {@code ce_type} of a kind. */
  public static String type(String kind) {
    return TYPE_PREFIX + kind.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /** The event as a JSON object on one line; {@code detail} is there when it has one. */
  public static String json(JobEvent event) {
    StringBuilder json = new StringBuilder(200).append('{');
    text(json, "jobId", event.jobId().toString()).append(',');
    text(json, "tenant", event.tenant()).append(',');
    text(json, "type", event.type()).append(",\"n\":").append(event.n()).append(',');
    text(json, "at", event.at().toString()).append(',');
    text(json, "kind", event.kind()).append(",\"attempt\":").append(event.attempt());
    String detail = event.detail();
    if (detail != null) {
      // It is JSON already; line breaks can only stand between its tokens.
      json.append(",\"detail\":").append(detail.replace('\n', ' ').replace('\r', ' '));
    }
    return json.append('}').toString();
  }

  /** None of these texts needs escaping: names with a pattern, numbers and times. */
  private static StringBuilder text(StringBuilder json, String name, String value) {
    return json.append('"').append(name).append("\":\"").append(value).append('"');
  }

  private static void add(List<Header> headers, String name, String value) {
    headers.add(new RecordHeader(name, utf8(value)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
