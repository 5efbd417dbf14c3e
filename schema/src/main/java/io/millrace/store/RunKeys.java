package io.millrace.store;

import io.millrace.model.AcceptedRun;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.Limits;
import io.millrace.model.NewRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The idempotency keys of runs that are about to be stored. */
final class RunKeys {
  /** Of a key that comes twice in a batch the first counts. */
  private static final String TAKE =
      """
      INSERT INTO idempotency_key AS k (tenant, operation, key, request_hash, job_id, expires_at)
      SELECT DISTINCT ON (tenant, operation, key) tenant, operation, key, decode(hash, 'hex'), id,
             now() + %d * interval '1 millisecond'
        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[])
             WITH ORDINALITY AS t (id, tenant, operation, key, hash, n)
       ORDER BY tenant, operation, key, n
      ON CONFLICT (tenant, operation, key) DO UPDATE
        SET request_hash = excluded.request_hash, job_id = excluded.job_id, state = excluded.state,
            expires_at = excluded.expires_at
        WHERE k.expires_at <= now()"""
          .formatted(Limits.IDEMPOTENCY_KEY_MILLIS);

  /** A statement of its own sees what others wrote while the one above waited for them. */
  private static final String TAKEN =
      """
      SELECT g.id, k.job_id, k.request_hash = decode(g.hash, 'hex')
        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[])
             AS g (id, tenant, operation, key, hash)
       CROSS JOIN LATERAL (
             SELECT job_id, request_hash FROM idempotency_key i
              WHERE i.tenant = g.tenant AND i.operation = g.operation AND i.key = g.key OFFSET 0)
             AS k""";

  private RunKeys() {}

  /**
   * Takes the keys of the runs that have one, by {@code idempotency_key_pkey} in their order.
   *
   * @return an answer for each run, in their order; those that are Stored are to be stored
   */
  static List<AcceptedRun> take(Connection connection, List<NewRun> runs) throws SQLException {
    List<NewRun> keyed = runs.stream().filter(run -> run.idempotency() != null).toList();
    Map<UUID, AcceptedRun> earlier = keyed.isEmpty() ? Map.of() : earlier(connection, keyed);
    return runs.stream()
        .map(run -> earlier.getOrDefault(run.id(), new AcceptedRun.Stored(run.id())))
        .toList();
  }

  private static Map<UUID, AcceptedRun> earlier(Connection connection, List<NewRun> keyed)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      bind(connection, statement, keyed);
      statement.executeUpdate();
    }
    Map<UUID, AcceptedRun> earlier = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(TAKEN)) {
      bind(connection, statement, keyed);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          UUID id = rows.getObject(1, UUID.class);
          UUID first = rows.getObject(2, UUID.class);
          if (!first.equals(id)) {
            earlier.put(
                id,
                rows.getBoolean(3)
                    ? new AcceptedRun.Repeated(first)
                    : new AcceptedRun.KeyReused(first));
          }
        }
      }
    }
    return earlier;
  }

  private static void bind(Connection connection, PreparedStatement statement, List<NewRun> keyed)
      throws SQLException {
    statement.setArray(1, Arrays.uuids(connection, keyed, NewRun::id));
    statement.setArray(2, Arrays.texts(connection, keyed, NewRun::tenant));
    statement.setArray(3, Arrays.texts(connection, keyed, run -> key(run).operation()));
    statement.setArray(4, Arrays.texts(connection, keyed, run -> key(run).key()));
    statement.setArray(5, Arrays.texts(connection, keyed, run -> key(run).requestHash()));
  }

  private static IdempotencyKey key(NewRun run) {
    return Objects.requireNonNull(run.idempotency());
  }
}
