package io.millrace.boot;

/** A configured value was refused. The message is one sentence: key, value, range and reason. */
public final class ConfigurationRefusedException extends IllegalArgumentException {
  public ConfigurationRefusedException(String message) {
    super(message);
  }
}
