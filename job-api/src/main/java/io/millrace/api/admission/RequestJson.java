package io.millrace.api.admission;

import io.millrace.document.Names;
import io.millrace.model.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads request bodies: one JSON document (RFC 8259) in UTF-8 without a byte order mark, at most
 * {@link Limits#MAX_PAYLOAD_BYTES} long, without duplicate keys and without anything that {@link
 * JsonText} refuses. Numbers with a fraction or exponent keep all their digits.
 */
public final class RequestJson {
  static final int MAX_NAME_CHARS = 1_000;
  private static final Pattern DUPLICATE =
      Pattern.compile("Duplicate Object property \"(.*)\".*", Pattern.DOTALL);

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.MAX_JSON_DEPTH)
                          .maxDocumentLength(Limits.MAX_PAYLOAD_BYTES)
                          .maxStringLength(Limits.MAX_PAYLOAD_BYTES)
                          .maxNameLength(MAX_NAME_CHARS)
                          .maxNumberLength(JsonText.MAX_NUMBER_CHARS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /**
   * Parses a body; any JSON value will do.
   *
   * @throws MalformedJsonException saying where and what, in words fit for the caller
   */
  public JsonNode read(byte[] body) throws MalformedJsonException {
    String text = decode(body);
    if (text.isBlank()) {
      throw new MalformedJsonException(0, 0, "the document is empty");
    }
    JsonText.check(text);
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      var location = e.getLocation();
      throw new MalformedJsonException(
          location == null ? 0 : Math.max(0, location.getLineNr()),
          location == null ? 0 : Math.max(0, location.getColumnNr()),
          "the document " + fault(e));
    }
  }

  /** Strictly UTF-8: the parser itself would also take UTF-16 and UTF-32. */
  private static String decode(byte[] body) throws MalformedJsonException {
    if (body.length > Limits.MAX_PAYLOAD_BYTES) {
      throw new MalformedJsonException(
          0, 0, "the document is longer than " + Limits.MAX_PAYLOAD_BYTES + " bytes");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedJsonException(0, 0, "the document is not in UTF-8");
    }
    if (text.startsWith("\uFEFF")) {
      throw new MalformedJsonException(1, 1, "the document starts with a byte order mark");
    }
    return text;
  }

  /** The parser's own messages name its classes and settings, so they are not passed on. */
  private static String fault(JacksonException e) {
    String message = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
    Matcher duplicate = DUPLICATE.matcher(message);
    if (duplicate.matches()) {
      return "has the field " + Names.shown(duplicate.group(1)) + " twice in one object";
    }
    if (e instanceof StreamConstraintsException) {
      return message.startsWith("Name length")
          ? "has a field name longer than " + MAX_NAME_CHARS + " characters"
          : "is larger than what the service takes";
    }
    if (e instanceof UnexpectedEndOfInputException) {
      return "ends too early";
    }
    if (message.startsWith("Non-standard token")) {
      return "has NaN or Infinity, which are no numbers in JSON";
    }
    if (message.startsWith("Trailing token")) {
      return "goes on after its end";
    }
    return "is not valid JSON here";
  }
}
