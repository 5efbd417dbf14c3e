package io.millrace.local;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a broker's fatal fault, such as a full disk, from ending the whole JVM: Kafka calls {@code
 * Runtime.halt}, which takes the application with it and runs no shutdown hook.
 *
 * <p>Kafka's exit procedures are static, so they are set once per JVM and never taken back: a
 * thread of a stopped broker may still call them. They cannot tell brokers apart; with several in
 * one JVM, as only tests have, all of them count as failed.
 */
final class BrokerFaults {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerFaults.class);
  private static final List<LocalKafka> WATCHED = new CopyOnWriteArrayList<>();
  private static boolean installed;

  private BrokerFaults() {}

  static synchronized void watch(LocalKafka kafka) {
    if (!installed) {
      Exit.setExitProcedure((status, message) -> report("exit", status, message));
      Exit.setHaltProcedure((status, message) -> report("halt", status, message));
      installed = true;
    }
    WATCHED.add(kafka);
  }

  static void unwatch(LocalKafka kafka) {
    WATCHED.remove(kafka);
  }

  /** Kafka's code after an exit expects not to be reached, so the calling thread must end. */
  private static void report(String how, int status, @Nullable String message) {
    BrokerFault fault = new BrokerFault(how, status, message);
    LOG.atError().addKeyValue("status", status).setCause(fault).log("Kafka broker failed");
    WATCHED.forEach(kafka -> kafka.failed(fault));
    throw fault;
  }

  /** Ends the thread of the broker that asked the JVM to end. */
  static final class BrokerFault extends RuntimeException {
    BrokerFault(String how, int status, @Nullable String message) {
      super("Kafka asked the JVM to %s with status %d: %s".formatted(how, status, message));
    }
  }
}
