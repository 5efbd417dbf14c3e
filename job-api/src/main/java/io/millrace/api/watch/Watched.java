package io.millrace.api.watch;

import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Position;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A job with those who wait for it. */
final class Watched {
  private final String tenant;
  private final UUID id;
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final AtomicBoolean due = new AtomicBoolean();

  Watched(String tenant, UUID id) {
    this.tenant = tenant;
    this.id = id;
  }

  String tenant() {
    return tenant;
  }

  UUID id() {
    return id;
  }

  List<Watcher> watchers() {
    return watchers;
  }

  /** True for the first who asks until {@link #taken}. */
  boolean ask() {
    return due.compareAndSet(false, true);
  }

  /** Before it is read: who asks from now on is heard again. */
  void taken() {
    due.set(false);
  }

  Position position(int after) {
    return new Position(tenant, id, after);
  }

  /** The lowest position of those that are ready and behind; the head's when there are none. */
  int lowest(Head head) {
    int lowest = head.last();
    for (Watcher watcher : watchers) {
      if (watcher.isReady()) {
        lowest = Math.min(lowest, watcher.position());
      }
    }
    return lowest;
  }
}
