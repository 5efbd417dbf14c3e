package io.millrace.model;

import java.util.UUID;

/** A job as its tenant asks for it: another tenant's id leads to nothing. */
public record JobRef(String tenant, UUID id) {}
