package io.millrace.workflow.plan;

/** The fixed limits of workflows. */
public final class WorkflowLimits {
  /** Most nodes of a definition. */
  public static final int MAX_NODES = 10_000;

  /** Most edges of a definition. */
  public static final int MAX_EDGES = 100_000;

  /** Most items of a {@code forEach}. */
  public static final int MAX_WIDTH = 10_000;

  /** Most rounds of a {@code while}. */
  public static final int MAX_ROUNDS = 10_000;

  /** Rounds of a {@code while} that names no limit. */
  public static final int DEFAULT_ROUNDS = 100;

  /** Deepest nesting of runs in runs. */
  public static final int MAX_RUN_DEPTH = 10;

  /** Most workflows of a tenant. */
  public static final int MAX_WORKFLOWS = 1_000;

  /** Most versions of a workflow. */
  public static final int MAX_VERSIONS = 1_000;

  /** Largest definition, in bytes of UTF-8. */
  public static final int MAX_DEFINITION_BYTES = 4 * 1024 * 1024;

  /** Longest expression, in characters. */
  public static final int MAX_EXPRESSION_CHARS = 4_000;

  /** Shape of a workflow's name. */
  public static final String NAME_PATTERN = "[a-z][a-z0-9._-]{0,62}";

  /** Shape of a node's name: what an expression can name without brackets. */
  public static final String NODE_PATTERN = "[A-Za-z_][A-Za-z0-9_]{0,62}";

  private WorkflowLimits() {}
}
