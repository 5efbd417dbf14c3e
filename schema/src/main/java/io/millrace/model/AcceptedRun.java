package io.millrace.model;

import java.util.UUID;

/** What became of one start of a run. */
public sealed interface AcceptedRun {
  /** Stored as a new run. */
  record Stored(UUID id) implements AcceptedRun {}

  /** Sent before under the same idempotency key: the run the first answer told. */
  record Repeated(UUID id) implements AcceptedRun {}

  /** Its idempotency key was used for another request; nothing was stored. */
  record KeyReused(UUID firstRun) implements AcceptedRun {}
}
