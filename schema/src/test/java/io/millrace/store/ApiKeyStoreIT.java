package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ApiKey;
import io.millrace.model.ApiKey.Role;
import io.millrace.model.KeyText;
import io.millrace.runtime.Secrets;
import java.time.Instant;
import java.util.Objects;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;

class ApiKeyStoreIT {
  private final Database database = TestDatabase.clean();
  private final ApiKeyStore keys = new ApiKeyStore(database);

  @Test
  void add_keepsAllButTheSecret() {
    KeyText key = newKey();
    keys.add(key, "acme", "laptop", Role.OPERATOR);
    ApiKey kept = keys.all().getFirst();
    assertThat(kept.id()).isEqualTo(key.id());
    assertThat(kept.tenant()).isEqualTo("acme");
    assertThat(kept.name()).isEqualTo("laptop");
    assertThat(kept.role()).isEqualTo(Role.OPERATOR);
    assertThat(kept.isLive()).isTrue();
    assertThat(key.opens(kept)).isTrue();
    assertThat(newKey().opens(kept)).isFalse();
    String row = database.dsl().fetchSingle("SELECT k::text FROM api_key k").get(0, String.class);
    String secret = key.reveal().substring(key.reveal().length() - 43);
    assertThat(row).contains(key.secretHash()).doesNotContain(secret);
  }

  @Test
  void add_sameIdTwice_isRefused() {
    KeyText key = newKey();
    keys.add(key, "acme", "one", Role.TENANT);
    assertThatThrownBy(() -> keys.add(key, "bob", "two", Role.TENANT))
        .isInstanceOf(DataAccessException.class);
    assertThat(keys.all()).extracting(ApiKey::tenant).containsExactly("acme");
  }

  @Test
  void revoke_keepsTheRowAndItsFirstTime() {
    KeyText key = newKey();
    KeyText other = newKey();
    keys.add(key, "acme", "one", Role.TENANT);
    keys.add(other, "bob", "two", Role.TENANT);
    assertThat(keys.revoke(key.id())).contains("acme");
    ApiKey revoked = keys.all().getFirst();
    assertThat(revoked.isLive()).isFalse();
    Instant first = Objects.requireNonNull(revoked.revokedAt());
    assertThat(keys.revoke(key.id())).contains("acme");
    assertThat(keys.all().getFirst().revokedAt()).isEqualTo(first);
    assertThat(keys.all().getLast().isLive()).isTrue();
    assertThat(keys.revoke("0000000000000000")).isEmpty();
  }

  private static KeyText newKey() {
    Secrets secrets = new Secrets();
    return KeyText.of(secrets.bytes(KeyText.ID_BYTES), secrets.bytes(KeyText.SECRET_BYTES));
  }
}
