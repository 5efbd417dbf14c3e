package io.millrace.api.control;

import io.millrace.gate.GateLoop;
import io.millrace.model.RunLimit.Scope;
import io.millrace.store.LimitStore;
import io.millrace.store.LimitStore.Rate;
import io.millrace.store.LimitStore.Used;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits on what runs, changeable while everything runs. Thread-safe. */
public final class RunLimits {
  private final LimitStore limits;
  private final GateLoop gate;

  public RunLimits(LimitStore limits, GateLoop gate) {
    this.limits = limits;
    this.gate = gate;
  }

  /** All of them with what is taken, tenants before types. */
  public List<Used> all() {
    return limits.all();
  }

  /** Sets a limit, new or not; what waits under it is looked at again at once. */
  public void put(Scope scope, String subject, @Nullable Integer maxRunning, @Nullable Rate rate) {
    limits.put(scope, subject, maxRunning, rate);
    gate.wakeIf(true);
  }

  /**
   * Lifts a limit; what waits under no other becomes READY at once.
   *
   * @return false when there was none
   */
  public boolean delete(Scope scope, String subject) {
    boolean lifted = limits.delete(scope, subject);
    gate.wakeIf(lifted);
    return lifted;
  }
}
