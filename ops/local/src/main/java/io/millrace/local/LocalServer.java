package io.millrace.local;

/**
 * One server of the stack. It can be stopped and started any number of times; port and data stay.
 * All methods are safe to call from any thread.
 */
public sealed interface LocalServer permits LocalPostgres, LocalKafka, LocalRedis {
  /**
   * Starts the server and returns when it answers. Does nothing when it runs.
   *
   * @throws PortTakenException when someone else listens on its port
   * @throws LocalStackException when it does not answer within the start timeout
   */
  void start();

  /**
   * Stops the server in good order and returns when it is gone. Does nothing when it is stopped.
   * The wait is bounded; a server that does not obey is ended by force where that is possible.
   */
  void stop();

  /** Whether the server was started and has neither been stopped nor died. */
  boolean isRunning();

  /** The TCP port on 127.0.0.1, also while the server is stopped. */
  int port();
}
