package io.millrace.ops.cli;

import io.millrace.boot.ConfigurationRefusedException;
import io.millrace.local.FolderInUseException;
import io.millrace.local.LocalStackException;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.ops.up.ServerWatch;
import io.millrace.ops.up.UpSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.web.server.PortInUseException;

/**
 * A run of Millrace in this process from start to end. Ctrl-C and SIGTERM stop everything in order
 * before the process goes.
 */
final class Session {
  private static final Duration READY_PATIENCE = Duration.ofMinutes(3);
  private static final long READY_PAUSE_MILLIS = 50;

  private final Millrace millrace;
  private final PrintWriter out;
  private final CountDownLatch ended;

  private Session(Millrace millrace, PrintWriter out, CountDownLatch ended) {
    this.millrace = millrace;
    this.out = out;
    this.ended = ended;
  }

  /** What is done while Millrace runs. */
  interface Body {
    /** Returns the exit code; Millrace is stopped afterwards. */
    int run(Session session) throws Exception;
  }

  /** Starts, runs the body, stops. */
  static int run(
      ServerOptions options,
      int defaultPort,
      Set<Role> roles,
      PrintWriter out,
      PrintWriter err,
      Body body)
      throws Exception {
    long began = System.nanoTime();
    int port = options.port == null ? defaultPort : options.port;
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    // Registered before the start, so that Ctrl-C in the middle of it also stops what already runs.
    Thread hook = Thread.ofPlatform().unstarted(() -> end(ended, closed));
    Runtime.getRuntime().addShutdownHook(hook);
    try (Millrace millrace = Millrace.start(settings(options, port, roles));
        ServerWatch _ = ServerWatch.start(millrace.stack())) {
      Session session = new Session(millrace, out, ended);
      session.awaitReady();
      session.greet(options, roles, began);
      return body.run(session);
    } catch (LocalStackException | IOException | IllegalArgumentException e) {
      return refuse(err, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      String known = sentence(e);
      if (known == null) {
        throw e;
      }
      return refuse(err, known);
    } finally {
      closed.countDown();
    }
  }

  /** Where this process answers. */
  URI url() {
    URI url = millrace.url();
    if (url == null) {
      throw new IllegalStateException("servers alone have no HTTP interface");
    }
    return url;
  }

  /** Waits for Ctrl-C or SIGTERM. */
  int awaitEnd() throws InterruptedException {
    ended.await();
    out.println("Stopping: running jobs may finish, the rest goes back to the queue.");
    return ExitCode.OK;
  }

  private static UpSettings settings(ServerOptions options, int port, Set<Role> roles) {
    return new UpSettings(options.data, port, roles, options.properties);
  }

  /** On the hook's thread: the JVM waits for it, and it for the main thread to have closed all. */
  private static void end(CountDownLatch ended, CountDownLatch closed) {
    ended.countDown();
    try {
      // As long as millrace.worker.drain lets running jobs finish; whoever cannot wait sends
      // SIGKILL.
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitReady() throws InterruptedException {
    long end = System.nanoTime() + READY_PATIENCE.toNanos();
    while (!millrace.isReady()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "not ready after "
                + READY_PATIENCE
                + "; ask "
                + millrace.url()
                + "/actuator/health why");
      }
      if (ended.await(READY_PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private void greet(ServerOptions options, Set<Role> roles, long began) {
    double seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
    out.printf("Millrace is up (%s) after %.1f s.%n", names(roles), seconds);
    URI url = millrace.url();
    if (url != null) {
      String what = roles.contains(Role.API) ? "  HTTP   " : "  health ";
      out.println(what + url + (roles.contains(Role.API) ? "" : "/actuator/health"));
    }
    out.println("  data   " + options.data.toAbsolutePath().normalize());
    out.println("Ctrl-C stops it.");
    out.flush();
  }

  private static String names(Set<Role> roles) {
    return String.join(
        ", ",
        roles.stream().sorted().map(r -> r.name().toLowerCase(java.util.Locale.ROOT)).toList());
  }

  private static int refuse(PrintWriter err, String sentence) {
    err.println(sentence);
    err.flush();
    return ExitCode.USAGE;
  }

  /** The cause a person can act on, from under what Spring wraps around it. */
  private static @Nullable String sentence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PortInUseException port) {
        return "Port "
            + port.getPort()
            + " is taken: something else answers there. Choose another with --port, 0 for any.";
      }
      if (cause instanceof FolderInUseException folder) {
        return "Data folder "
            + folder.folder()
            + " is in use by process "
            + folder.pid()
            + ": stop that process, or choose another folder with --data.";
      }
      if (cause instanceof BindException bind
          && !(root(bind) instanceof ConfigurationRefusedException)) {
        return unreadable(bind);
      }
      if (cause instanceof LocalStackException || cause instanceof IllegalArgumentException) {
        return cause.getMessage();
      }
    }
    return null;
  }

  /** A value that cannot even be read, such as a duration of "soon". */
  private static String unreadable(BindException failure) {
    ConfigurationProperty property = failure.getProperty();
    String type = failure.getTarget().getType().toClass().getSimpleName();
    return property == null
        ? failure.getName() + " cannot be read as " + type
        : "%s is \"%s\", which cannot be read as %s"
            .formatted(failure.getName(), property.getValue(), type);
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
