package io.millrace.store;

import java.sql.SQLException;

/** Tells values that PostgreSQL refuses from a database that does not answer. */
public final class DataErrors {
  private DataErrors() {}

  /** SQLSTATE classes 22 and 23: PostgreSQL refuses the values, however often they are sent. */
  public static boolean isAboutData(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }
}
