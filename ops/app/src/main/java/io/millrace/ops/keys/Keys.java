package io.millrace.ops.keys;

import io.millrace.model.ApiKey;
import io.millrace.model.ApiKey.Role;
import io.millrace.model.KeyText;
import io.millrace.runtime.Secrets;
import io.millrace.store.ApiKeyStore;
import io.millrace.store.Database;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.logging.LoggingSystem;

/** The keys of one database. */
public final class Keys implements AutoCloseable {
  private static final Duration CHECKOUT = Duration.ofSeconds(3);

  private final Secrets secrets = new Secrets();
  private final Database database;
  private final ApiKeyStore store;

  private Keys(Database database) {
    this.database = database;
    this.store = new ApiKeyStore(database);
  }

  /** Opens the keys; connects on first use. */
  public static Keys open(Place place) {
    // What goes wrong is told in a sentence; the pool's own log would stand between.
    LoggingSystem.get(Keys.class.getClassLoader()).beforeInitialize();
    return new Keys(Database.open(place.url(), place.username(), place.password(), 2, CHECKOUT));
  }

  /** Makes a key; the text is to be had from this answer alone. */
  public KeyText create(String tenant, String name, Role role) {
    KeyText key = KeyText.of(secrets.bytes(KeyText.ID_BYTES), secrets.bytes(KeyText.SECRET_BYTES));
    store.add(key, tenant, name, role);
    return key;
  }

  /** All keys, revoked ones too. */
  public List<ApiKey> all() {
    return store.all();
  }

  /** Revokes a key; its tenant, or empty when there is no such key. */
  public Optional<String> revoke(String id) {
    return store.revoke(id);
  }

  @Override
  public void close() {
    database.close();
  }
}
