package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.store.ArtifactStore;
import io.millrace.store.ArtifactStore.Kept;
import io.millrace.workers.handler.JobFailedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/**
 * Puts the large fields of a payload back in, which a run keeps beside its jobs. What decides is
 * what is kept, not what the payload says of it: a caller may send anything.
 */
public final class StoredPayloads implements Runner.Payloads {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** In every payload that has such a field, and in few others. */
  private static final String MARK = "\"$artifact\"";

  private final Fields fields;

  public StoredPayloads(ArtifactStore artifacts) {
    this(artifacts::of);
  }

  StoredPayloads(Fields fields) {
    this.fields = fields;
  }

  /** Where large fields are kept. */
  @FunctionalInterface
  interface Fields {
    List<Kept> of(UUID job) throws SQLException;
  }

  @Override
  public String whole(ClaimedJob job) throws JobFailedException {
    if (!job.inRun() || !job.payload().contains(MARK)) {
      return job.payload();
    }
    List<Kept> kept;
    try {
      kept = fields.of(job.id());
    } catch (SQLException e) {
      throw new JobFailedException(
          ErrorKind.DEPENDENCY, "the database did not give the payload's large fields", true, e);
    }
    return kept.isEmpty() ? job.payload() : filled(job.payload(), kept);
  }

  private static String filled(String payload, List<Kept> kept) throws JobFailedException {
    JsonNode document;
    try {
      document = JSON.readTree(payload);
    } catch (JacksonException e) {
      throw lost("the payload is no JSON", e);
    }
    if (!(document instanceof ObjectNode object)) {
      throw lost("the payload is no object, and yet has large fields", null);
    }
    for (Kept field : kept) {
      object.putRawValue(field.field(), new RawValue(content(field)));
    }
    return object.toString();
  }

  private static String content(Kept field) throws JobFailedException {
    String content = field.content();
    if (content == null) {
      throw lost(
          "artifact %s of the payload's field %s is gone".formatted(field.hash(), field.field()),
          null);
    }
    if (!hash(content).equals(field.hash())) {
      throw lost(
          "artifact %s of the payload's field %s is not what was stored"
              .formatted(field.hash(), field.field()),
          null);
    }
    return content;
  }

  /** Another attempt would find the same. */
  private static JobFailedException lost(
      String why, @org.jspecify.annotations.Nullable Throwable e) {
    return new JobFailedException(ErrorKind.DEPENDENCY, why, false, e);
  }

  private static String hash(String content) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(content.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }
}
