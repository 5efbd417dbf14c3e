package io.millrace.workers.handlers;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What {@code echo} gives back.
 *
 * @param value any JSON; absent gives a null result
 */
public record EchoPayload(@Nullable JsonNode value) {}
