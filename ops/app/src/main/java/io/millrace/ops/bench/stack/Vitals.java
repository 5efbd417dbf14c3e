package io.millrace.ops.bench.stack;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a host holds at a moment, or several hosts together, and should not hold more of as time
 * goes by.
 *
 * @param threads live platform threads of its JVM
 * @param handles open files and sockets of its process, as in {@code /proc/PID/fd}; -1 where the
 *     operating system does not say
 */
public record Vitals(int threads, long handles) {
  /** Of no host. */
  public static final Vitals NONE = new Vitals(0, 0);

  /** Of both together. */
  public Vitals and(Vitals other) {
    boolean counted = handles >= 0 && other.handles >= 0;
    return new Vitals(threads + other.threads, counted ? handles + other.handles : -1);
  }

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
