package io.millrace.ops.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * A copy of the project's layout with the real launcher in it. Its JDKs and its Maven are shell
 * scripts; the launcher sees no variable and no JDK but those laid out here.
 */
final class LauncherProject {
  /** Surefire runs in the module's directory. */
  private static final Path SCRIPT = Path.of("../millrace").toAbsolutePath().normalize();

  private static final String ENDS_WELL =
      "mkdir -p ops/app/target/client ops/app/target/server; : >ops/app/target/millrace.jar";

  /** A java that trains: it leaves the caches in the folder it is told. */
  private static final String TRAINS =
      "case \"$*\" in *' train '*) for folder in \"$@\"; do :; done; mkdir -p \"$folder\";"
          + " for part in server api worker; do echo cache >\"$folder/$part.aot\"; done ;; esac\n";

  private final Path dir;
  private final Path root;
  private final Map<String, String> environment = new HashMap<>();

  LauncherProject(Path dir) throws IOException {
    this.dir = dir;
    root = Files.createDirectories(dir.resolve("a project"));
    Path ops = Files.createDirectories(root.resolve("ops"));
    Files.copy(SCRIPT, ops.resolve("millrace"));
    executable(ops.resolve("millrace"));
    for (String module : List.of("schema", "job-api", "job-workers", "ops/app")) {
      Path sources = Files.createDirectories(root.resolve(module).resolve("src/main/java"));
      Files.writeString(sources.resolve("A.java"), "class A {}");
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    mvnw(ENDS_WELL);
    // dirname, find and the like, and no java
    environment.put("PATH", path());
    environment.put("MILLRACE_JDK_DIRS", dir.resolve("no-jdks").toString());
    environment.put("HOME", dir.toString());
  }

  Path root() {
    return root;
  }

  /** A file of the project as the launcher names it. */
  String file(String name) throws IOException {
    return root.toRealPath().resolve(name).toString();
  }

  void set(String variable, Object value) {
    environment.put(variable, value.toString());
  }

  /** Sets JAVA_HOME to a JDK that will do. */
  void withJdk() throws IOException {
    set("JAVA_HOME", jdk("good", "25", true));
  }

  /** Sets JAVA_HOME to a JDK that makes the servers' cache when it is asked to. */
  void withTrainingJdk() throws IOException {
    withJdk();
    Path java = dir.resolve("good/bin/java");
    Files.writeString(
        java, Files.readString(java).replaceFirst("\n", "\n" + Matcher.quoteReplacement(TRAINS)));
  }

  ShellRun launch(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", root + "/ops/millrace"));
    command.addAll(List.of(args));
    return run(dir, command);
  }

  ShellRun run(Path cwd, List<String> command) throws IOException, InterruptedException {
    return ShellRun.of(cwd, environment, command);
  }

  /** A home whose java prints its version when asked, otherwise its path and its arguments. */
  Path jdk(String name, String version, boolean release) throws IOException {
    Path home = dir.resolve(name);
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        bin.resolve("java"),
        "#!/bin/sh\nif [ \"$1\" = -version ]; then\n"
            + "  echo 'openjdk version \""
            + version
            + "\" 2025-01-01' >&2\n  exit\nfi\necho \"$0\"\nprintf '%s\\n' \"$@\"\n");
    Files.writeString(bin.resolve("javac"), "#!/bin/sh\n");
    executable(bin.resolve("java"));
    executable(bin.resolve("javac"));
    if (release) {
      Files.writeString(
          home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    }
    return home;
  }

  /** Makes Maven do this. */
  void mvnw(String body) throws IOException {
    Path wrapper = root.resolve("mvnw");
    Files.writeString(wrapper, "#!/bin/sh\n" + body + "\n");
    executable(wrapper);
  }

  /** The tools the script needs, in one directory in which there is no java. */
  String path() throws IOException {
    Path tools = dir.resolve("tools");
    if (Files.isDirectory(tools)) {
      return tools.toString();
    }
    Files.createDirectories(tools);
    for (String tool :
        List.of("sh", "readlink", "find", "head", "tail", "mkdir", "rm", "mv", "stty", "tput")) {
      for (String place : List.of("/bin/", "/usr/bin/")) {
        if (Files.exists(Path.of(place + tool)) && !Files.exists(tools.resolve(tool))) {
          Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec " + place + tool + " \"$@\"\n");
          executable(tools.resolve(tool));
        }
      }
    }
    return tools.toString();
  }

  /** Written a minute from now: file systems round their times. */
  static void touch(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
