package io.millrace.ops.bench.stack;

import io.millrace.ops.up.Connections;
import io.millrace.ops.up.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An installation of Millrace for one case, its worker not started yet. */
public final class Stack implements AutoCloseable {
  /** A bench fills queues longer than a service should let them grow. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "millrace.intake.max-backlog-per-pool", "100000000",
          "millrace.intake.max-backlog-per-tenant", "100000000",
          "millrace.worker.drain", "5s");

  private final Deque<HostProcess> hosts = new ArrayDeque<>();
  private final HostProcess worker;
  private final URI url;
  private final Probe probe;

  private Stack(Path data, Layout layout, Map<String, String> properties) throws IOException {
    try {
      url =
          switch (layout) {
            case TOGETHER -> start("all", data, EnumSet.of(Role.INFRA, Role.API), properties).url();
            case APART -> {
              HostProcess _ = start("infra", data, Set.of(Role.INFRA), properties);
              URI api = start("api", data, Set.of(Role.API), properties).url();
              HostProcess _ = start("worker", data, Set.of(), properties);
              yield api;
            }
          };
      worker = hosts.getFirst();
      probe = Probe.open(Connections.load(data));
    } catch (IOException | RuntimeException e) {
      close(hosts);
      throw e;
    }
  }

  /**
   * Starts one with full durability.
   *
   * @param data a folder that is empty or absent
   * @param properties win over those every bench runs with
   * @throws HostFailedException when a part does not start
   */
  public static Stack start(Path data, Layout layout, Map<String, String> properties)
      throws IOException {
    Map<String, String> all = new HashMap<>(SETTINGS);
    all.putAll(properties);
    return new Stack(data, layout, all);
  }

  /** Where the API answers. */
  public URI url() {
    return url;
  }

  /** The JVM that the worker is started in. */
  public HostProcess worker() {
    return worker;
  }

  public Probe probe() {
    return probe;
  }

  /** The JVMs that API and worker run in; servers that have one of their own are not among them. */
  public List<HostProcess> product() {
    return hosts.stream().filter(host -> !host.hasServersAlone()).toList();
  }

  /** All its JVMs. */
  List<HostProcess> hosts() {
    return List.copyOf(hosts);
  }

  @Override
  public void close() {
    probe.close();
    close(hosts);
  }

  private HostProcess start(String name, Path data, Set<Role> roles, Map<String, String> properties)
      throws IOException {
    HostProcess host = HostProcess.start(name, new HostSettings(data, roles, properties));
    hosts.push(host);
    return host;
  }

  private static void close(Deque<HostProcess> hosts) {
    while (!hosts.isEmpty()) {
      hosts.pop().close();
    }
  }
}
