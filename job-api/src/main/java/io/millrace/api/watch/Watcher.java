package io.millrace.api.watch;

import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;

/** Somebody who waits for a job. All is called on the loop's thread and must not block. */
public interface Watcher {
  /** Number of the last event it has; asked only while {@link #isReady()}. */
  int position();

  /**
   * Whether it takes events now. While it does not, none are read for it, so a slow one costs
   * nothing; it calls {@link WatchLoop#look} when that changes.
   */
  boolean isReady();

  /** How far the log goes now; the events up to there follow if it is ready. */
  void head(Head head);

  /** Events, of which it may have the first ones already. */
  void page(Page page);

  /** About once a second. */
  void pulse();

  /** There will be nothing more: the job is gone, or the service stops. */
  void end();
}
