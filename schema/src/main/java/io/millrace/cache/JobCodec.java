package io.millrace.cache;

import io.millrace.model.ErrorKind;
import io.millrace.model.JobDetails;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.Priority;
import io.millrace.model.StoredResult;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a value: version, kind, job id, fields, and a CRC-32C of all of it, so that a value
 * that was cut, damaged, filed under another job or written by another version is not taken for one
 * of ours. A field that is added, removed or moved needs a new {@link #VERSION}.
 */
final class JobCodec {
  static final byte VERSION = 3;

  private static final byte STATUS = 'S';
  private static final byte RESULT = 'R';

  private JobCodec() {}

  static byte[] encode(JobView job) {
    ValueWriter out = new ValueWriter(VERSION, STATUS, job.id());
    out.text(job.type());
    out.name(job.state());
    out.text(job.pool());
    out.name(job.priority());
    out.number(job.attempt());
    out.number(job.failures());
    out.number(job.maxAttempts());
    out.time(job.createdAt());
    out.optional(job.startedAt(), out::time);
    out.optional(job.finishedAt(), out::time);
    out.time(job.asOf());
    out.optional(job.worker(), out::text);
    error(out, job.error());
    out.optional(
        job.progress(),
        progress -> {
          out.fraction(progress.fraction());
          out.text(progress.message());
          out.optional(progress.counters(), out::text);
          out.time(progress.updatedAt());
        });
    details(out, job.details());
    return out.finish();
  }

  static byte[] encode(UUID id, StoredResult result) {
    ValueWriter out = new ValueWriter(VERSION, RESULT, id);
    out.name(result.state());
    out.optional(result.json(), out::text);
    error(out, result.error());
    return out.finish();
  }

  /** The status of the job with this id; empty when the value is anything else. */
  static Optional<JobView> status(UUID id, byte[] value) {
    return ValueReader.read(value, VERSION, STATUS, id, in -> status(id, in));
  }

  /** The result of the job with this id; empty when the value is anything else. */
  static Optional<StoredResult> result(UUID id, byte[] value) {
    return ValueReader.read(
        value,
        VERSION,
        RESULT,
        id,
        in ->
            new StoredResult(
                in.name(JobState.class), in.optional(in::text), in.optional(() -> error(in))));
  }

  // Arguments are evaluated from left to right (JLS 15.7.4), which is the order of the fields.
  private static JobView status(UUID id, ValueReader in) {
    return new JobView(
        id,
        in.text(),
        in.name(JobState.class),
        in.text(),
        in.name(Priority.class),
        in.number(),
        in.number(),
        in.number(),
        in.time(),
        in.optional(in::time),
        in.optional(in::time),
        in.time(),
        in.optional(in::text),
        in.optional(() -> error(in)),
        in.optional(
            () -> new JobView.Progress(in.fraction(), in.text(), in.optional(in::text), in.time())),
        new JobDetails(
            in.number(),
            in.number(),
            in.optional(in::time),
            in.optional(in::time),
            in.optional(in::text),
            in.optional(() -> UUID.fromString(in.text())),
            in.optional(in::text),
            in.optional(in::time),
            in.optional(in::text),
            in.optional(in::text)));
  }

  private static void details(ValueWriter out, JobDetails details) {
    out.number(details.events());
    out.number(details.crashes());
    out.optional(details.runAt(), out::time);
    out.optional(details.deadline(), out::time);
    out.optional(details.labels(), out::text);
    out.optional(details.parent(), parent -> out.text(parent.toString()));
    out.optional(details.origin(), out::text);
    out.optional(details.cancelRequestedAt(), out::time);
    out.optional(details.cancelReason(), out::text);
    out.optional(details.usage(), out::text);
  }

  private static void error(ValueWriter out, @Nullable JobError error) {
    out.optional(
        error,
        e -> {
          out.name(e.kind());
          out.text(e.message());
          out.number(e.attempt());
        });
  }

  private static JobError error(ValueReader in) {
    return new JobError(in.name(ErrorKind.class), in.text(), in.number());
  }
}
