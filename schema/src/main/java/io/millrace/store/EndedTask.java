package io.millrace.store;

import io.millrace.model.RunTask;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task of a run that has ended.
 *
 * @param id of the job or run that it was
 * @param result of a job that has succeeded, JSON text; null when nobody looked
 */
record EndedTask(RunTask task, UUID id, @Nullable String result) {}
