package io.millrace.ops.bench.stack;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a host holds at a moment, and should not hold more of as time goes by.
 *
 * @param threads live platform threads of its JVM
 * @param handles open files and sockets of its process, as in {@code /proc/PID/fd}; -1 where the
 *     operating system does not say
 */
public record Vitals(int threads, long handles) {
  static Vitals now() {
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    boolean counted =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean;
    long handles =
        counted
            ? ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount()
            : -1;
    return new Vitals(threads, handles);
  }

  String line() {
    return threads + " " + handles;
  }

  static Vitals parse(String line) {
    String[] parts = line.split(" ", 2);
    return new Vitals(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
  }
}
