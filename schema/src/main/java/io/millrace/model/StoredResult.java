package io.millrace.model;

import org.jspecify.annotations.Nullable;

/** How far a job's result is: the state, and the document when there is one. */
public record StoredResult(JobState state, @Nullable String json, @Nullable JobError error) {}
