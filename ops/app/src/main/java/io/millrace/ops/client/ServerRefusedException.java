package io.millrace.ops.client;

/** The server answered, and the answer was no. */
public final class ServerRefusedException extends ClientException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialised; an exception merely has to be Serializable
  private final Problem problem;

  public ServerRefusedException(Problem problem) {
    super(String.join(System.lineSeparator(), problem.lines()), null);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  /** True when the same request may well succeed a little later. */
  public boolean isPassing() {
    return switch (problem.status()) {
      case 429, 502, 503, 504 -> true;
      default -> false;
    };
  }
}
