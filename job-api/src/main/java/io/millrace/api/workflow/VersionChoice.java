package io.millrace.api.workflow;

import java.util.Optional;
import java.util.regex.Pattern;

/** Which version of a workflow is meant. */
public sealed interface VersionChoice {
  /** The one that new runs start with. */
  record Current() implements VersionChoice {}

  /** The one that came as the so-manieth, from 1. */
  record Number(int number) implements VersionChoice {}

  /** The one with this hash. */
  record Hash(String version) implements VersionChoice {}

  /** Shape of a number. */
  Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  /** Shape of a hash. */
  Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** The number or hash that a text is; empty when it is neither. */
  static Optional<VersionChoice> of(String text) {
    if (NUMBER.matcher(text).matches()) {
      return Optional.of(new Number(Integer.parseInt(text)));
    }
    return HASH.matcher(text).matches() ? Optional.of(new Hash(text)) : Optional.empty();
  }
}
