package io.millrace.ops.bench;

import java.nio.file.Path;

/**
 * What cases are given.
 *
 * @param folder a temporary folder of the whole run; a case makes a folder of its own in it
 * @param quick whether to measure shortly: seconds instead of minutes for all cases
 * @param seed of everything random
 * @param progress where to tell how far it is
 */
public record BenchRun(Path folder, boolean quick, long seed, Progress progress) {}
