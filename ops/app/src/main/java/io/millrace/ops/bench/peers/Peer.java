package io.millrace.ops.bench.peers;

/** A job system that can be measured. */
enum Peer {
  DB_SCHEDULER("db-scheduler", Runtime.JAVA),
  JOBRUNR("jobrunr", Runtime.JAVA),
  PG_BOSS("pg-boss", Runtime.NODE),
  GRAPHILE_WORKER("graphile-worker", Runtime.NODE);

  /** What its program runs on. */
  enum Runtime {
    JAVA,
    NODE
  }

  private final String system;
  private final Runtime runtime;

  Peer(String system, Runtime runtime) {
    this.system = system;
    this.runtime = runtime;
  }

  /** As measurements name it. */
  String system() {
    return system;
  }

  Runtime runtime() {
    return runtime;
  }
}
