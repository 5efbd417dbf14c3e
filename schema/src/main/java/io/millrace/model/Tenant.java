package io.millrace.model;

import java.util.regex.Pattern;

/**
 * Names of tenants. A name is also a Kafka key and a folder, so it is lower-case and plain: 1 to 63
 * of letters, digits, {@code _} and {@code -}, the first a letter or digit.
 */
public final class Tenant {
  /** Whose everything is where no API key exists. */
  public static final String DEFAULT = "default";

  /** What a name must match. */
  public static final String NAME_PATTERN = "[a-z0-9][a-z0-9_-]{0,62}";

  private static final Pattern NAME = Pattern.compile(NAME_PATTERN);

  private Tenant() {}

  /** Whether the name keeps the rule. */
  public static boolean isValidName(String name) {
    return NAME.matcher(name).matches();
  }
}
