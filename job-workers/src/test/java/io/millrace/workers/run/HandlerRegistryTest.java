package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handlers.EchoHandler;
import io.millrace.workers.run.HandlerRegistry.PayloadMismatchException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HandlerRegistryTest {
  /** A payload with a component that JSON can miss. */
  record Greeting(String name) {}

  /** A handler whose type and timeout a test chooses. */
  private record Greeter(String type, Duration timeout) implements JobHandler<Greeting> {
    @Override
    public Class<Greeting> payloadType() {
      return Greeting.class;
    }

    @Override
    public String payloadSchema() {
      return "{}";
    }

    @Override
    public Object run(Greeting payload, JobContext context) {
      return "hello " + payload.name();
    }
  }

  @Test
  void handlers_ofOneType_areRefused() {
    assertThatThrownBy(() -> new HandlerRegistry(List.of(new EchoHandler(), new EchoHandler())))
        .hasMessage("two handlers for job type echo");
  }

  @Test
  void handler_badTypeName_isRefused() {
    assertThatThrownBy(() -> registry("Not A Type", Duration.ofSeconds(1)))
        .hasMessageContaining("\"Not A Type\"");
  }

  @Test
  void handler_timeoutOutsideRange_isRefused() {
    assertThatThrownBy(() -> registry("greet", Duration.ZERO))
        .hasMessageContaining("must be more than zero and at most 7 days");
    assertThatThrownBy(() -> registry("greet", Duration.ofDays(8)))
        .hasMessageContaining("must be more than zero and at most 7 days");
  }

  @Test
  void call_unknownField_isAPayloadMismatch() {
    HandlerRegistry.Bound<?> greet = bound("greet");
    assertThatThrownBy(() -> greet.call("{\"nam\": \"x\"}", new NoContext()))
        .isInstanceOf(PayloadMismatchException.class)
        .hasMessageContaining("nam");
  }

  @Test
  void call_result_isJson() throws Exception {
    assertThat(bound("greet").call("{\"name\": \"Ann\"}", new NoContext()))
        .isEqualTo("\"hello Ann\"");
  }

  @Test
  void types_describeWhatTheHandlerDeclares() {
    assertThat(new HandlerRegistry(List.of(new EchoHandler())).types())
        .singleElement()
        .satisfies(
            type -> {
              assertThat(type.name()).isEqualTo("echo");
              assertThat(type.pool()).isEqualTo("default");
              assertThat(type.maxAttempts()).isEqualTo(3);
            });
  }

  private static HandlerRegistry registry(String type, Duration timeout) {
    return new HandlerRegistry(List.of(new Greeter(type, timeout)));
  }

  private static HandlerRegistry.Bound<?> bound(String type) {
    HandlerRegistry.Bound<?> bound = registry(type, Duration.ofSeconds(1)).find(type);
    if (bound == null) {
      throw new IllegalStateException("not found");
    }
    return bound;
  }

  /** A context nobody asks anything. */
  private static final class NoContext implements JobContext {
    @Override
    public UUID jobId() {
      return new UUID(0, 1);
    }

    @Override
    public String tenant() {
      return "t";
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public void progress(double fraction, String message, Map<String, Long> counters) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void usage(String name, long amount) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void emit(@org.jspecify.annotations.Nullable Object piece) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void saveCheckpoint(Object document) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> Optional<T> checkpoint(Class<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void log(String line) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void checkCancelled() {
      // Never.
    }
  }
}
