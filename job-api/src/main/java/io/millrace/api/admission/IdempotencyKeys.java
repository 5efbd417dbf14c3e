package io.millrace.api.admission;

import io.millrace.document.CanonicalJson;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.Limits;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Makes idempotency keys of what callers send: the {@code Idempotency-Key} header, bare or as a
 * quoted string (draft-ietf-httpapi-idempotency-key-header), and the request it stands for.
 */
public final class IdempotencyKeys {
  /** Submitting one job, alone or as a line of a batch with a key of its own. */
  public static final String SUBMIT = "POST /v1/jobs";

  /** Submitting a line of a batch under the batch's key. */
  public static final String BATCH = "POST /v1/jobs/batch";

  private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\[\"\\\\])*)\"");
  private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]*");

  private IdempotencyKeys() {}

  /** A key that is no key. */
  public static final class BadKeyException extends Exception {
    BadKeyException(String message) {
      super(message);
    }
  }

  /**
   * Reads a header's value.
   *
   * @return the key, without quotes; null when there is no header
   * @throws BadKeyException naming what is wrong with it
   */
  public static @Nullable String ofHeader(@Nullable String header) throws BadKeyException {
    if (header == null) {
      return null;
    }
    String value = header.strip();
    if (!value.startsWith("\"")) {
      return checked(value);
    }
    Matcher quoted = QUOTED.matcher(value);
    if (!quoted.matches()) {
      throw new BadKeyException(
          "it starts with a quote and is no quoted string: write \"key\", with \\\" and \\\\"
              + " inside");
    }
    return checked(quoted.group(1).replaceAll("\\\\(.)", "$1"));
  }

  /**
   * Checks a key.
   *
   * @throws BadKeyException naming what is wrong with it
   */
  public static String checked(String key) throws BadKeyException {
    if (key.isEmpty()) {
      throw new BadKeyException("it is empty");
    }
    if (!PRINTABLE.matcher(key).matches()) {
      throw new BadKeyException("it has a character that is not printable ASCII");
    }
    if (key.length() > Limits.MAX_IDEMPOTENCY_KEY_CHARS) {
      throw new BadKeyException(
          "it has %d characters; at most %d are allowed"
              .formatted(key.length(), Limits.MAX_IDEMPOTENCY_KEY_CHARS));
    }
    return key;
  }

  /**
   * The key of a request.
   *
   * @param body what was asked for; white space and the order of members make no difference
   */
  public static IdempotencyKey of(String operation, String key, JsonNode body) {
    byte[] text = CanonicalJson.of(body).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      return new IdempotencyKey(operation, key, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
