package io.millrace.api.run;

import io.millrace.api.watch.WatchLoop;

/** How callers follow runs: their logs, and the loop that tells of news in them. */
public record RunWatch(RunEvents log, WatchLoop loop) {}
