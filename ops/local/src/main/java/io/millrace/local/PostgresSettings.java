package io.millrace.local;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL's settings for a job queue on a box of two cores and a few GB of memory. Everything
 * not named keeps PostgreSQL 18's default.
 */
final class PostgresSettings {
  private PostgresSettings() {}

  /** Arguments of {@code postgres}: they win over {@code postgresql.conf} in the data folder. */
  static List<String> arguments(int port, Durability durability) {
    Map<String, String> all = new LinkedHashMap<>();
    network(all, port);
    durability(all, durability);
    memory(all);
    writes(all);
    logging(all);
    List<String> arguments = new ArrayList<>();
    all.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
    return arguments;
  }

  private static void network(Map<String, String> all, int port) {
    all.put("listen_addresses", "127.0.0.1");
    all.put("port", Integer.toString(port));
    all.put("unix_socket_directories", ""); // TCP only: nothing outside the data folder.
    all.put("max_connections", "100"); // Several small pools; each idle one costs about 2 MB.
  }

  private static void durability(Map<String, String> all, Durability durability) {
    String on =
        switch (durability) {
          case FULL -> "on";
          case RELAXED -> "off";
        };
    all.put("fsync", on);
    all.put("synchronous_commit", on);
    all.put("full_page_writes", on);
  }

  private static void memory(Map<String, String> all) {
    all.put("shared_buffers", "256MB"); // Holds the hot end of the queue; the rest is page cache.
    all.put("effective_cache_size", "1GB"); // Planner's guess of that page cache.
    all.put("work_mem", "8MB"); // Claims sort little; reports may spill to disk.
    all.put("maintenance_work_mem", "64MB");
    // Two cores: a report that fans out over workers would take them from the claims.
    all.put("max_parallel_workers_per_gather", "0");
    all.put("max_parallel_maintenance_workers", "0");
    all.put("max_worker_processes", "4");
    all.put("jit", "off"); // Compiling costs more than any of our short statements takes.
    all.put("io_method", "sync"); // Three I/O processes fewer; the queue is read from memory.
    all.put("random_page_cost", "1.1"); // SSD.
  }

  private static void writes(Map<String, String> all) {
    // Rare, spread checkpoints: each one makes the next write of every page a full-page image.
    all.put("max_wal_size", "2GB");
    all.put("checkpoint_timeout", "10min");
    all.put("checkpoint_completion_target", "0.9");
    all.put("wal_compression", "pglz"); // These binaries are built without lz4 and zstd.
    // A queue's dead rows slow its claims within seconds: look often, clean gently.
    all.put("autovacuum_naptime", "10s");
    all.put("autovacuum_max_workers", "2");
  }

  private static void logging(Map<String, String> all) {
    all.put("timezone", "UTC");
    all.put("log_timezone", "UTC");
    all.put("log_line_prefix", "%m [%p] ");
    all.put("log_checkpoints", "off");
    all.put("log_lock_waits", "on");
    // Statements and row values may hold payloads; those stay out of logs.
    all.put("log_min_error_statement", "panic");
    all.put("log_error_verbosity", "terse");
  }
}
