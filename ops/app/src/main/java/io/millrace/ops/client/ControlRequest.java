package io.millrace.ops.client;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** The body of a request that acts on jobs; fields that are null are left out. */
public final class ControlRequest {
  private static final JsonMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final ObjectNode body = STRICT.createObjectNode();

  /** Adds a text. */
  public ControlRequest with(String name, @Nullable String value) {
    if (value != null) {
      body.put(name, value);
    }
    return this;
  }

  /** Adds a number. */
  public ControlRequest with(String name, @Nullable Integer value) {
    if (value != null) {
      body.put(name, value);
    }
    return this;
  }

  /** Adds a list of texts, unless it is empty. */
  public ControlRequest with(String name, List<String> values) {
    if (!values.isEmpty()) {
      var list = body.putArray(name);
      values.forEach(list::add);
    }
    return this;
  }

  /** Adds an object of texts, unless it is empty. */
  public ControlRequest with(String name, Map<String, String> values) {
    if (!values.isEmpty()) {
      ObjectNode object = body.putObject(name);
      values.forEach(object::put);
    }
    return this;
  }

  /** Adds an object. */
  public ControlRequest with(String name, ControlRequest value) {
    body.set(name, value.body);
    return this;
  }

  /**
   * Adds a JSON document as it stands, so that numbers keep every digit.
   *
   * @throws IllegalArgumentException when it is none
   */
  public ControlRequest withJson(String name, @Nullable String json) {
    if (json == null) {
      return this;
    }
    try {
      STRICT.readTree(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The " + name + " is not JSON", e);
    }
    body.putRawValue(name, new RawValue(json.strip()));
    return this;
  }

  /** The body. */
  public String toJson() {
    return STRICT.writeValueAsString(body);
  }
}
