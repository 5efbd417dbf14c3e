package io.millrace.model;

import java.util.UUID;

/** An outcome with the fence it is recorded under: nothing is written unless both still hold. */
public record Completion(UUID id, long session, int attempt, Outcome outcome) {}
