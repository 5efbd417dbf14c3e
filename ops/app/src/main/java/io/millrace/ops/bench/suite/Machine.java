package io.millrace.ops.bench.suite;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The machine as reports name it. */
final class Machine {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final double GIB = 1024.0 * 1024 * 1024;

  private Machine() {}

  /** Cores, memory, operating system, processor, JDK and its flags. */
  static Map<String, String> describe() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      machine.put(
          "memory", String.format(Locale.ROOT, "%.1f GiB", system.getTotalMemorySize() / GIB));
    }
    machine.put("operating system", property("os.name") + " " + property("os.version"));
    machine.put("architecture", property("os.arch"));
    machine.put("processor", processor(CPUINFO));
    machine.put("JDK", property("java.vm.name") + " " + property("java.vm.version"));
    machine.put(
        "java flags", String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
    return machine;
  }

  /** The first model that Linux names; {@code unknown} elsewhere. */
  static String processor(Path cpuinfo) {
    try (Stream<String> lines = Files.lines(cpuinfo)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException | java.io.UncheckedIOException _) {
      return "unknown";
    }
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
