package io.millrace.ops.bench.result;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Everything one run of the bench found, in the order it was measured.
 *
 * @param machine cores, memory, operating system, processor, JDK
 * @param versions of Millrace and all it was measured beside, by name
 * @param settings that bear on the figures, by key
 * @param seed of everything random
 * @param quick whether it was shortened; such figures are for a look, not for comparison
 * @param remarks what a reader has to know of the figures, in sentences without a full stop
 */
public record BenchReport(
    Instant startedAt,
    Map<String, String> machine,
    Map<String, String> versions,
    Map<String, String> settings,
    long seed,
    boolean quick,
    List<String> remarks,
    List<Measurement> measurements) {}
