package io.millrace.ops.bench.soak;

/**
 * One thing that must be true at the end of a soak.
 *
 * @param result whether it is
 * @param sentence what was found, and the limit
 */
record Check(Result result, String sentence) {
  /** How it came out. */
  enum Result {
    HELD("ok"),
    BROKEN("FAILED"),
    /** Said for information; decides nothing. */
    TOLD("-");

    private final String text;

    Result(String text) {
      this.text = text;
    }
  }

  static Check of(boolean holds, String sentence) {
    return new Check(holds ? Result.HELD : Result.BROKEN, sentence);
  }

  static Check told(String sentence) {
    return new Check(Result.TOLD, sentence);
  }

  String line() {
    return String.format("%-6s  %s", result.text, sentence);
  }
}
