package io.millrace.workflow.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.workflow.run.Advance;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Compiled plans by their version, which is the hash of their content and so never changes.
 * Thread-safe.
 */
public final class Plans {
  /** Most nodes of all plans that are kept; a plan without nodes counts as one. */
  private static final long MAX_NODES = 200_000;

  private final Cache<String, Advance> compiled =
      Caffeine.newBuilder()
          .maximumWeight(MAX_NODES)
          .<String, Advance>weigher((version, plan) -> Math.max(1, plan.numbers().size()))
          .build();
  private final Compiler compiler;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder ahead = new LongAdder();

  public Plans(Compiler compiler) {
    this.compiler = compiler;
  }

  /** Makes a plan of a definition that was compiled before, when it was put. */
  @FunctionalInterface
  public interface Compiler {
    /** Compiles; the definition is canonical JSON. */
    Advance compile(String workflow, String definition);
  }

  /** Where a definition comes from. */
  @FunctionalInterface
  public interface Source {
    /** The canonical JSON; empty when it is gone. */
    Optional<String> definition() throws SQLException;
  }

  /** The plan; empty when the definition is gone. */
  public Optional<Advance> of(String workflow, String version, Source source) throws SQLException {
    String key = key(workflow, version);
    Advance known = compiled.getIfPresent(key);
    if (known != null) {
      hits.increment();
      return Optional.of(known);
    }
    misses.increment();
    Optional<Advance> plan =
        source.definition().map(definition -> compiler.compile(workflow, definition));
    plan.ifPresent(made -> compiled.put(key, made));
    return plan;
  }

  /** Whether a plan is there; does not count as a look at it. */
  boolean has(String workflow, String version) {
    return compiled.getIfPresent(key(workflow, version)) != null;
  }

  /**
   * Compiles a plan before a run needs it.
   *
   * @return how many nodes it has, at least 1; 0 when the definition is gone
   */
  int ahead(String workflow, String version, Source source) throws SQLException {
    Optional<Advance> plan =
        source.definition().map(definition -> compiler.compile(workflow, definition));
    if (plan.isEmpty()) {
      return 0;
    }
    compiled.put(key(workflow, version), plan.get());
    ahead.increment();
    return Math.max(1, plan.get().numbers().size());
  }

  private static String key(String workflow, String version) {
    return workflow + ' ' + version;
  }

  /** Plans that were compiled before a run needed them. */
  public long compiledAhead() {
    return ahead.sum();
  }

  /** Plans that were there. */
  public long hits() {
    return hits.sum();
  }

  /** Plans that had to be compiled when they were needed. */
  public long misses() {
    return misses.sum();
  }
}
