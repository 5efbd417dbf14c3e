package io.millrace.workers.boot;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a worker tells its quarantine runner, through the runner's standard input: there are secrets
 * in it, and a command line, an environment and a file can be read by others.
 *
 * @param sources classes of the Spring application that the worker is
 * @param properties its configuration as it resolved it
 * @param system system properties of its JVM that are not the JVM's own
 */
record Handover(List<String> sources, Map<String, String> properties, Map<String, String> system) {
  private static final int MAGIC = 0x4d51_5232;
  private static final int MOST = 100_000;

  void write(DataOutputStream out) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(sources.size());
    for (String source : sources) {
      write(out, source);
    }
    write(out, properties);
    write(out, system);
    out.flush();
  }

  static Handover read(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      throw new IOException("this program is started by a worker, not by hand");
    }
    List<String> sources = new ArrayList<>();
    for (int left = count(in); left > 0; left--) {
      sources.add(readText(in));
    }
    return new Handover(sources, readMap(in), readMap(in));
  }

  private static void write(DataOutputStream out, Map<String, String> map) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, String> entry : map.entrySet()) {
      write(out, entry.getKey());
      write(out, entry.getValue());
    }
  }

  private static Map<String, String> readMap(DataInputStream in) throws IOException {
    Map<String, String> map = new TreeMap<>();
    for (int left = count(in); left > 0; left--) {
      map.put(readText(in), readText(in));
    }
    return map;
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    byte[] bytes = in.readNBytes(in.readInt());
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MOST) {
      throw new IOException("a handover of " + count + " entries is none");
    }
    return count;
  }
}
