package io.millrace.model;

import java.util.regex.Pattern;

/** Names of tenants: see {@link Limits#TENANT_PATTERN}. Each is also a Kafka key and a folder. */
public final class Tenant {
  /** Whose everything is where no API key exists. */
  public static final String DEFAULT = "default";

  private static final Pattern NAME = Pattern.compile(Limits.TENANT_PATTERN);

  private Tenant() {}

  /** Whether the name keeps the rule. */
  public static boolean isValidName(String name) {
    return NAME.matcher(name).matches();
  }
}
