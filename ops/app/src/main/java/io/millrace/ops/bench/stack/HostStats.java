package io.millrace.ops.bench.stack;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * What a host has used since it started, by the ledger's names: {@code cpu-millis} and {@code
 * allocated-bytes} of its JVM, and the requests its broker was sent, none when it runs none.
 */
record HostStats(Map<String, Long> values) {
  static final String CPU_MILLIS = "cpu-millis";
  static final String ALLOCATED_BYTES = "allocated-bytes";
  static final String PRODUCE_REQUESTS = "kafka-produce-requests";
  static final String FETCH_REQUESTS = "kafka-fetch-requests";

  private static final long NANOS_A_MILLI = 1_000_000;
  private static final int COLLECTIONS = 3;

  HostStats {
    values = new TreeMap<>(values);
  }

  static HostStats now() {
    Map<String, Long> values = new LinkedHashMap<>();
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    values.put(CPU_MILLIS, system.getProcessCpuTime() / NANOS_A_MILLI);
    var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    values.put(ALLOCATED_BYTES, threads.getTotalThreadAllocatedBytes());
    values.put(PRODUCE_REQUESTS, requests("Produce"));
    values.put(FETCH_REQUESTS, requests("ShareFetch") + requests("FetchConsumer"));
    return new HostStats(values);
  }

  /** Bytes in use once the collector has nothing left to take. */
  static long heapAfterCollection() {
    var memory = ManagementFactory.getMemoryMXBean();
    long least = Long.MAX_VALUE;
    // A first one may leave what it only then found to be dead: references, finalizers.
    for (int i = 0; i < COLLECTIONS; i++) {
      memory.gc();
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  String line() {
    return values.entrySet().stream()
        .map(value -> value.getKey() + "=" + value.getValue())
        .collect(Collectors.joining(" "));
  }

  static HostStats parse(String line) {
    Map<String, Long> values = new LinkedHashMap<>();
    for (String value : line.split(" ", -1)) {
      String[] parts = value.split("=", 2);
      values.put(parts[0], Long.parseLong(parts[1]));
    }
    return new HostStats(values);
  }

  /** Requests of a kind and any version that a broker in this JVM has been sent. */
  private static long requests(String kind) {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    try {
      long sum = 0;
      ObjectName pattern =
          new ObjectName(
              "kafka.network:type=RequestMetrics,name=RequestsPerSec,request=" + kind + ",*");
      for (ObjectName name : beans.queryNames(pattern, null)) {
        sum += ((Number) beans.getAttribute(name, "Count")).longValue();
      }
      return sum;
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException(e);
    } catch (JMException e) {
      throw new IllegalStateException("the broker's count of " + kind + " cannot be read", e);
    }
  }
}
