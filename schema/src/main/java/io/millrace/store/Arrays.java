package io.millrace.store;

import java.nio.ByteBuffer;
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
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PgArray;

/** Binds one column of a batch as a PostgreSQL array, for {@code unnest}. */
final class Arrays {
  /** PostgreSQL compares the bytes; {@link UUID#compareTo} takes the halves as signed numbers. */
  private static final Comparator<UUID> AS_STORED =
      Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
          .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

  private static final UUID NIL = new UUID(0, 0);

  /** Bytes of an id in an array: its length and itself. */
  private static final int UUID_ITEM = Integer.BYTES + 2 * Long.BYTES;

  private Arrays() {}

  /**
   * Ids in PostgreSQL's binary format; the driver would write them as text, which the server would
   * have to read again.
   */
  static <T> Array uuids(Connection connection, List<T> rows, Function<T, UUID> column)
      throws SQLException {
    int count = rows.size();
    ByteBuffer bytes =
        ByteBuffer.allocate((count == 0 ? 3 : 5) * Integer.BYTES + count * UUID_ITEM);
    // Dimensions, whether it holds NULL, the elements' type; of each dimension length and lowest
    // index.
    bytes.putInt(count == 0 ? 0 : 1).putInt(0).putInt(Oid.UUID);
    if (count > 0) {
      bytes.putInt(count).putInt(1);
    }
    for (T row : rows) {
      UUID id = column.apply(row);
      bytes.putInt(2 * Long.BYTES);
      bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
    return new PgArray(connection.unwrap(BaseConnection.class), Oid.UUID_ARRAY, bytes.array());
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
