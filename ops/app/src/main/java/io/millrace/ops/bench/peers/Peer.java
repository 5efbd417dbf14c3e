package io.millrace.ops.bench.peers;

/** A job system that can be measured. */
enum Peer {
  DB_SCHEDULER("db-scheduler", Platform.JAVA),
  JOBRUNR("jobrunr", Platform.JAVA),
  PG_BOSS("pg-boss", Platform.NODE),
  GRAPHILE_WORKER("graphile-worker", Platform.NODE);

  /** What its program runs on. */
  enum Platform {
    JAVA,
    NODE
  }

  private final String system;
  private final Platform platform;

  Peer(String system, Platform platform) {
    this.system = system;
    this.platform = platform;
  }

  /** As measurements name it. */
  String system() {
    return system;
  }

  Platform platform() {
    return platform;
  }
}
