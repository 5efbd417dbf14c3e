package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {
  @TempDir private Path cache;

  @Test
  void postgres_twoAtOnceOnEmptyCache_oneCompleteFolder() throws Exception {
    CompletableFuture<Path> one = CompletableFuture.supplyAsync(() -> Binaries.postgres(cache));
    CompletableFuture<Path> two = CompletableFuture.supplyAsync(() -> Binaries.postgres(cache));

    assertThat(one.join()).isEqualTo(two.join());
    assertThat(one.join().resolve("bin/postgres")).isExecutable();
    assertThat(one.join().resolve("lib/libpq.so.5")).exists();
    try (Stream<Path> entries = Files.list(cache)) {
      assertThat(entries).as("no half unpacked copy stays").hasSize(1);
    }
  }

  @Test
  void redis_emptyCache_program() {
    assertThat(Binaries.redis(cache)).isExecutable().hasFileName("redis-server");
  }
}
