package io.millrace.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API key as its holder has it: {@code mr_<id>_<secret>}. The id is {@value #ID_BYTES} bytes in
 * hex, the secret {@value #SECRET_BYTES} random bytes in base64url without padding. A plain SHA-256
 * keeps such a secret: nobody can try 2^256 of them, which is what slow hashes are there to hinder.
 */
public final class KeyText {
  public static final int ID_BYTES = 8;
  public static final int SECRET_BYTES = 32;

  private static final Pattern FORM = Pattern.compile("mr_([0-9a-f]{16})_([A-Za-z0-9_-]{43})");

  private final String id;
  private final String secret;

  private KeyText(String id, String secret) {
    this.id = id;
    this.secret = secret;
  }

  /**
   * A key of these bytes.
   *
   * @param id {@value #ID_BYTES} bytes
   * @param secret {@value #SECRET_BYTES} bytes nobody can guess
   */
  public static KeyText of(byte[] id, byte[] secret) {
    if (id.length != ID_BYTES || secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException("a key is made of 8 and 32 bytes");
    }
    return new KeyText(
        HexFormat.of().formatHex(id),
        Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Reads a key; empty when the text has not the form of one. */
  public static Optional<KeyText> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(new KeyText(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** Names the key; no secret. */
  public String id() {
    return id;
  }

  /** The key itself, for its holder's eyes alone. */
  public String reveal() {
    return "mr_" + id + "_" + secret;
  }

  /** SHA-256 of the secret, in lower-case hex: what is kept of it. */
  public String secretHash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether this is the key that was kept, in a time that does not depend on where they differ. */
  public boolean opens(ApiKey kept) {
    return MessageDigest.isEqual(
        secretHash().getBytes(StandardCharsets.US_ASCII),
        kept.secretHash().getBytes(StandardCharsets.US_ASCII));
  }

  /** Without the secret, so that no log can hold it. */
  @Override
  public String toString() {
    return "mr_" + id + "_…";
  }
}
