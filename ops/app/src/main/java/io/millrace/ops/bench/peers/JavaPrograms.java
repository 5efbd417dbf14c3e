package io.millrace.ops.bench.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The fat jar of {@code ops/peers}, built by the checkout's own Maven when it is missing. */
final class JavaPrograms implements Programs {
  static final String JAR = "ops/peers/target/millrace-peers-exec.jar";

  private static final Duration BUILD = Duration.ofMinutes(10);

  private final Path checkout;
  private final Child child;

  JavaPrograms(Path checkout, Child child) {
    this.checkout = checkout;
    this.child = child;
  }

  @Override
  public Program ready() throws LeftOutException, InterruptedException {
    Path jar = checkout.resolve(JAR);
    if (!Files.isRegularFile(jar)) {
      child.run("the build of " + JAR, checkout, BUILD, build(), Map.of("JAVA_HOME", home()));
      if (!Files.isRegularFile(jar)) {
        throw new LeftOutException("the build made no " + JAR);
      }
    }
    return new Program(start(home(), jar), checkout);
  }

  static List<String> build() {
    return List.of(
        "./mvnw",
        "-B",
        "-q",
        "-pl",
        "ops/peers",
        "-am",
        "-DskipTests",
        "-Dspotless.check.skip=true",
        "package");
  }

  static List<String> start(String home, Path jar) {
    return List.of(
        home + "/bin/java", "-Xmx1g", "--enable-native-access=ALL-UNNAMED", "-jar", jar.toString());
  }

  /** The JDK that runs this. */
  private static String home() {
    return System.getProperty("java.home", "");
  }
}
