package io.millrace.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Binds one column of a batch as a PostgreSQL array, for {@code unnest}. */
final class Arrays {
  /** PostgreSQL compares the bytes; {@link UUID#compareTo} takes the halves as signed numbers. */
  private static final Comparator<UUID> AS_STORED =
      Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
          .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

  private static final UUID NIL = new UUID(0, 0);

  private Arrays() {}

  static <T> Array uuids(Connection connection, List<T> rows, Function<T, UUID> column)
      throws SQLException {
    UUID[] values = new UUID[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    return connection.createArrayOf("uuid", values);
  }

  /**
   * Binds ids for {@code id = ANY (?) AND id BETWEEN ? AND ?}: the array leads to the rows, the two
   * bounds spare the partitions outside of them. Of no ids the bounds hold nothing.
   */
  static void range(Connection connection, PreparedStatement statement, int index, List<UUID> ids)
      throws SQLException {
    statement.setArray(index, uuids(connection, ids, id -> id));
    statement.setObject(index + 1, ids.isEmpty() ? NIL : lowest(ids));
    statement.setObject(index + 2, ids.isEmpty() ? NIL : highest(ids));
  }

  /** The lowest id by PostgreSQL's order; there must be one. */
  static UUID lowest(List<UUID> ids) {
    return Collections.min(ids, AS_STORED);
  }

  /** The highest id by PostgreSQL's order; there must be one. */
  static UUID highest(List<UUID> ids) {
    return Collections.max(ids, AS_STORED);
  }

  static <T> Array texts(Connection connection, List<T> rows, Function<T, @Nullable String> column)
      throws SQLException {
    @Nullable String[] values = new @Nullable String[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    return connection.createArrayOf("text", values);
  }

  static <T> Array nullableUuids(
      Connection connection, List<T> rows, Function<T, @Nullable UUID> column) throws SQLException {
    @Nullable UUID[] values = new @Nullable UUID[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    return connection.createArrayOf("uuid", values);
  }

  static <T> Array bigints(Connection connection, List<T> rows, Function<T, @Nullable Long> column)
      throws SQLException {
    @Nullable Long[] values = new @Nullable Long[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    return connection.createArrayOf("bigint", values);
  }

  static <T> void ints(
      PreparedStatement statement, int index, List<T> rows, ToIntFunction<T> column)
      throws SQLException {
    statement.setObject(index, rows.stream().mapToInt(column).toArray());
  }

  static <T> void longs(
      PreparedStatement statement, int index, List<T> rows, ToLongFunction<T> column)
      throws SQLException {
    statement.setObject(index, rows.stream().mapToLong(column).toArray());
  }

  static List<UUID> uuids(@Nullable Array array) throws SQLException {
    return array == null ? List.of() : List.of((UUID[]) array.getArray());
  }
}
