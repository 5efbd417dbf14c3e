package io.millrace.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class DefinitionRoomTest {
  private final DefinitionRoom room = new DefinitionRoom();

  @Test
  void with_allAtIt_refusesOneMore() throws Exception {
    assertThat(nested(DefinitionRoom.MAX_DEFINITIONS)).isEqualTo("done");
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class, () -> nested(DefinitionRoom.MAX_DEFINITIONS + 1));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.slug()).isEqualTo("too-many-definitions");
    assertThat(refused.retryAfterSeconds()).isEqualTo(2);
  }

  @Test
  void with_workFails_roomIsFreeAgain() throws Exception {
    for (int i = 0; i <= DefinitionRoom.MAX_DEFINITIONS; i++) {
      assertThatThrownBy(
              () ->
                  room.with(
                      () -> {
                        throw new IOException("caller left");
                      }))
          .isInstanceOf(IOException.class);
    }
    assertThat(nested(DefinitionRoom.MAX_DEFINITIONS)).isEqualTo("done");
  }

  @Test
  void with_compilersFull_isRefusedLikewise() {
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () ->
                room.with(
                    () -> {
                      throw new RejectedExecutionException();
                    }));
    assertThat(refused.slug()).isEqualTo("too-many-definitions");
  }

  /** So many at it at once. */
  private String nested(int depth) throws Exception {
    return depth == 0
        ? "done"
        : room.with(
            () -> {
              try {
                return nested(depth - 1);
              } catch (IOException | RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }
}
