package io.millrace.workers.listener;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a listener is told.
 *
 * @param workflow its name
 * @param event the number of the event within the run; no other has it, so that run and event
 *     together are a key by which an effect elsewhere can be told to have happened
 * @param at when, by the database's clock
 * @param node the node's name, null when it is about the run itself
 * @param state what the node or the run is now
 */
public record RunNotice(
    UUID run,
    String tenant,
    String workflow,
    int event,
    Instant at,
    @Nullable String node,
    String state) {}
