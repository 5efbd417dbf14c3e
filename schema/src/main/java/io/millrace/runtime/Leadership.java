package io.millrace.runtime;

/**
 * Whether this process may do what one process at a time should. Two may believe so for a moment,
 * so whatever is done under it has to be right when done twice; it spares work, it is no lock.
 */
@FunctionalInterface
public interface Leadership {
  /** True while this process leads; false as soon as its own renewal is overdue. */
  boolean leads();
}
