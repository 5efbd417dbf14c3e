package io.millrace.workers.boot;

import org.springframework.context.SmartLifecycle;

/** Ties the worker to the life of its Spring context. */
final class WorkerLifecycle implements SmartLifecycle {
  private final WorkerRuntime worker;
  private volatile boolean running;

  WorkerLifecycle(WorkerRuntime worker) {
    this.worker = worker;
  }

  @Override
  public void start() {
    running = true;
    worker.start();
  }

  @Override
  public void stop() {
    running = false;
    worker.close();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
