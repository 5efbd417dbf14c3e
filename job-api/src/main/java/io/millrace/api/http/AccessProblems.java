package io.millrace.api.http;

/** The problems of callers who are not known, or not allowed. None of them repeats a key. */
final class AccessProblems {
  private static final String HOW =
      "send one as \"Authorization: Bearer mr_…\" or \"X-API-Key: mr_…\"";

  private AccessProblems() {}

  static ProblemException noKey() {
    return new ProblemException(
        401,
        "no-api-key",
        "An API key is needed",
        "the request has no API key; " + HOW + ". \"ops/millrace keys create\" makes one");
  }

  /** One answer for malformed, unknown and revoked: nobody learns which ids there are. */
  static ProblemException badKey() {
    return new ProblemException(
        401,
        "invalid-api-key",
        "This API key opens nothing",
        "the API key of the request is malformed, unknown or revoked; " + HOW);
  }

  static ProblemException twoKeys() {
    return new ProblemException(
        400,
        "contradictory-api-keys",
        "The request has more than one API key",
        "Authorization and X-API-Key name different keys, or one of them comes twice; send one");
  }

  static ProblemException noKeysYet() {
    return new ProblemException(
        401,
        "no-api-keys-configured",
        "This server has no API keys yet",
        "without keys only a server bound to loopback answers, and this one can be reached from"
            + " elsewhere: run \"ops/millrace keys create --tenant default --operator\" against its"
            + " database, then "
            + HOW);
  }

  static ProblemException operatorsOnly() {
    return new ProblemException(
        403,
        "operators-only",
        "Only operators may do this",
        "it concerns all tenants; use a key made with \"ops/millrace keys create --operator\"");
  }
}
