package io.millrace.workflow.profile;

import io.millrace.workflow.run.RunMove;

/** A move of a run and when it was made, in milliseconds since 1970. */
public record LoggedMove(long at, RunMove move) {}
