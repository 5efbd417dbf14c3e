package io.millrace.document;

import io.millrace.model.CachePolicy;
import io.millrace.model.JobType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Names the work that a submission asks for, so that two of the same work have the same name: the
 * SHA-256, in hex, of the {@link CanonicalJson} of tenant, type, version of the handler and
 * payload.
 */
public final class WorkKey {
  /** Of the form itself: another number when anything below changes what is the same work. */
  private static final int VERSION = 1;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private WorkKey() {}

  /**
   * The key of a piece of work.
   *
   * @param contentOf the SHA-256 of a dataset's bytes by its name, empty when there is none
   * @return empty when a dataset it names is not there: what it will give nobody can know
   */
  public static Optional<String> of(
      String tenant,
      JobType type,
      CachePolicy policy,
      JsonNode payload,
      Function<String, Optional<String>> contentOf) {
    JsonNode counted = payload;
    if (!policy.datasets().isEmpty() && payload instanceof ObjectNode object) {
      Optional<ObjectNode> named = withContent(object, policy.datasets(), contentOf);
      if (named.isEmpty()) {
        return Optional.empty();
      }
      counted = named.get();
    }
    ArrayNode work = JSON.arrayNode();
    work.add(VERSION);
    work.add(policy.shared() ? null : tenant);
    work.add(type.name());
    work.add(type.version());
    work.add(policy.dropsNulls() ? withoutNulls(counted) : counted);
    return Optional.of(sha256(CanonicalJson.of(work)));
  }

  private static Optional<ObjectNode> withContent(
      ObjectNode payload, List<String> members, Function<String, Optional<String>> contentOf) {
    ObjectNode named = JSON.objectNode();
    named.setAll(payload);
    for (String member : members) {
      JsonNode name = payload.get(member);
      if (name != null && name.isString()) {
        Optional<String> content = contentOf.apply(name.stringValue());
        if (content.isEmpty()) {
          return Optional.empty();
        }
        named.set(member, JSON.objectNode().put("sha256", content.get()));
      }
    }
    return Optional.of(named);
  }

  /** Members only: an element of an array that is null has its place. */
  private static @Nullable JsonNode withoutNulls(JsonNode node) {
    if (node.isObject()) {
      ObjectNode kept = JSON.objectNode();
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        if (!member.getValue().isNull()) {
          kept.set(member.getKey(), withoutNulls(member.getValue()));
        }
      }
      return kept;
    }
    if (node.isArray()) {
      ArrayNode kept = JSON.arrayNode();
      node.forEach(element -> kept.add(withoutNulls(element)));
      return kept;
    }
    return node;
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
