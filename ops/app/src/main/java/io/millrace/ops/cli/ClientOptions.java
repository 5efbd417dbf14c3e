package io.millrace.ops.cli;

import java.net.URI;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command that speaks to a server takes. */
final class ClientOptions {
  static final String DEFAULT_URL = "http://127.0.0.1:8080";

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:MILLRACE_URL:-" + DEFAULT_URL + "}",
      description = "the server; default: MILLRACE_URL, else " + DEFAULT_URL)
  URI url = URI.create(DEFAULT_URL);

  @Mixin KeyOption apiKey = new KeyOption();

  @Option(names = "--json", description = "print the server's JSON as it came, nothing else")
  boolean json;

  /** True when the URL is one that the client can call. */
  boolean isUsable() {
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    return http && url.getHost() != null;
  }
}
