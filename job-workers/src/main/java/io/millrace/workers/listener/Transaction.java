package io.millrace.workers.listener;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction, in Millrace's database, in which it is recorded that the listener was told. What
 * is written by it happens exactly once.
 */
@FunctionalInterface
public interface Transaction {
  /**
   * Runs a statement that changes something, in tables of the listener's own. It must not begin or
   * end transactions.
   *
   * @param sql with {@code ?} for parameters
   * @param values for the parameters, in order
   * @return how many rows it changed
   */
  int update(String sql, @Nullable Object... values) throws SQLException;
}
