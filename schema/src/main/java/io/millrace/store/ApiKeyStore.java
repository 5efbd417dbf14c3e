package io.millrace.store;

import static io.millrace.db.Tables.API_KEY;

import io.millrace.model.ApiKey;
import io.millrace.model.ApiKey.Role;
import io.millrace.model.KeyText;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jooq.impl.DSL;

/** The API keys. A revoked one stays, so that an installation that had keys never opens again. */
public final class ApiKeyStore {
  private final Database database;

  public ApiKeyStore(Database database) {
    this.database = database;
  }

  /** Keeps a new key, all but its secret; by {@code api_key_pkey}. */
  public void add(KeyText key, String tenant, String name, Role role) {
    database
        .dsl()
        .insertInto(API_KEY)
        .set(API_KEY.ID, key.id())
        .set(API_KEY.TENANT, tenant)
        .set(API_KEY.NAME, name)
        .set(API_KEY.ROLE, role.name())
        .set(API_KEY.SECRET_HASH, HexFormat.of().parseHex(key.secretHash()))
        .execute();
  }

  /** All keys, revoked ones too, by tenant and age; scans a table of one row per key. */
  public List<ApiKey> all() {
    return database
        .dsl()
        .selectFrom(API_KEY)
        .orderBy(API_KEY.TENANT, API_KEY.CREATED_AT, API_KEY.ID)
        .fetch(
            row ->
                new ApiKey(
                    row.getId(),
                    row.getTenant(),
                    row.getName(),
                    Role.valueOf(row.getRole()),
                    HexFormat.of().formatHex(row.getSecretHash()),
                    row.getCreatedAt(),
                    row.getRevokedAt()));
  }

  /**
   * Revokes a key; one that is revoked already keeps its time. By {@code api_key_pkey}, locks the
   * row.
   *
   * @return the tenant it was of; empty when there is no such key
   */
  public Optional<String> revoke(String id) {
    return database
        .dsl()
        .update(API_KEY)
        .set(
            API_KEY.REVOKED_AT,
            DSL.coalesce(API_KEY.REVOKED_AT, DSL.field("now()", API_KEY.REVOKED_AT.getDataType())))
        .where(API_KEY.ID.eq(id))
        .returningResult(API_KEY.TENANT)
        .fetchOptional()
        .map(row -> row.value1());
  }
}
