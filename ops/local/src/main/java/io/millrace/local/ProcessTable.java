package io.millrace.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the processes of a server by what they are, not by a pid file: their program is the
 * server's and their working directory its data folder. A pid file may be missing, or its pid may
 * by now belong to another program; the process table cannot lie about either.
 */
final class ProcessTable {
  private ProcessTable() {}

  /** Live processes named {@code program} that work in {@code directory}. */
  static List<ProcessHandle> of(String program, Path directory) {
    return ProcessHandle.allProcesses().filter(runs(program, directory)).toList();
  }

  /**
   * Those of the given processes that no other of them started: the servers, not their backends.
   */
  static List<ProcessHandle> roots(List<ProcessHandle> processes) {
    Set<Long> pids = processes.stream().map(ProcessHandle::pid).collect(Collectors.toSet());
    return processes.stream()
        .filter(p -> p.parent().map(parent -> !pids.contains(parent.pid())).orElse(true))
        .toList();
  }

  /**
   * Whether the process still runs. A zombie does not: an orphan stays one until its adoptive
   * parent, often a container's slow or careless process 1, collects it.
   */
  static boolean isLive(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z'; // proc(5): pid (program) state ...
    } catch (IOException e) {
      return false;
    }
  }

  private static Predicate<ProcessHandle> runs(String program, Path directory) {
    return process -> {
      Path entry = Path.of("/proc", Long.toString(process.pid()));
      try {
        return Files.readString(entry.resolve("comm")).strip().equals(program)
            && Files.readSymbolicLink(entry.resolve("cwd")).equals(directory)
            && process.isAlive();
      } catch (IOException e) {
        return false; // Gone meanwhile, or another user's: not ours either way.
      }
    };
  }
}
