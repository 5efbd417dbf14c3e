package io.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.client.FakeServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandsTest {
  private static final String ID = "0199a0c2-7d3e-7b41-9f00-5c1d2e3f4a5b";
  private static final String ACCEPTED = "{\"id\":\"" + ID + "\",\"state\":\"READY\"}";

  private final FakeServer server = new FakeServer();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void submit_accepted_printsIdAndStatusUrlApart() {
    server.answer(202, ACCEPTED);

    assertThat(run("submit", "a.b", "--payload", "{\"n\":1}", "--priority", "high")).isZero();

    assertThat(out.toString().strip()).isEqualTo(ID);
    assertThat(err.toString().strip()).isEqualTo(server.uri() + "/v1/jobs/" + ID);
    assertThat(server.asked().getFirst().body())
        .isEqualTo("{\"type\":\"a.b\",\"payload\":{\"n\":1},\"priority\":\"high\"}");
  }

  @Test
  void submit_everyOption_isSent() {
    server.answer(202, ACCEPTED);

    assertThat(
            run(
                "submit",
                "a.b",
                "--payload",
                "{}",
                "--run-at",
                "2030-01-31T08:00:00Z",
                "--deadline",
                "2h",
                "--queue-timeout",
                "10m",
                "--heartbeat",
                "30s",
                "--label",
                "customer=7",
                "--label",
                "day=a=b",
                "--parent",
                ID,
                "--idempotency-key",
                "say \"once\""))
        .as(err.toString())
        .isZero();

    assertThat(server.asked().getFirst().body())
        .isEqualTo(
            "{\"type\":\"a.b\",\"payload\":{},\"runAt\":\"2030-01-31T08:00:00Z\","
                + "\"deadline\":\"2h\",\"queueTimeout\":\"10m\",\"heartbeat\":\"30s\","
                + "\"labels\":{\"customer\":\"7\",\"day\":\"a=b\"},\"parent\":\""
                + ID
                + "\"}");
    assertThat(server.asked().getFirst().idempotencyKey()).isEqualTo("\"say \\\"once\\\"\"");
  }

  @Test
  void submit_delay_isSentAndNoKeyIs() {
    server.answer(202, ACCEPTED);

    assertThat(run("submit", "a.b", "--payload", "{}", "--delay", "90s")).isZero();

    assertThat(server.asked().getFirst().body()).contains("\"delay\":\"90s\"");
    assertThat(server.asked().getFirst().idempotencyKey()).isEmpty();
  }

  @Test
  void submit_keyNoHeaderCanHold_isUsage() {
    assertThat(run("submit", "a.b", "--payload", "{}", "--idempotency-key", "a\nb"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--idempotency-key").contains("printable ASCII");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void submit_payloadFromFile_readsIt(@TempDir Path dir) throws Exception {
    server.answer(202, ACCEPTED);
    Path file = Files.writeString(dir.resolve("payload.json"), "{\"n\": 2}\n");

    assertThat(run("submit", "a.b", "--payload", "@" + file)).isZero();

    assertThat(server.asked().getFirst().body()).contains("\"payload\":{\"n\": 2}");
  }

  @Test
  void submit_payloadNotJson_isUsageAndAsksNobody() {
    assertThat(run("submit", "a.b", "--payload", "{n:1}")).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("not JSON", "line 1").contains("millrace submit --help");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void submit_payloadFileMissing_isUsage(@TempDir Path dir) {
    assertThat(run("submit", "a.b", "--payload", "@" + dir.resolve("no.json")))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("no such file").contains("no.json");
  }

  @Test
  void submit_payloadTooLong_namesTheLimit(@TempDir Path dir) throws Exception {
    Path file =
        Files.writeString(dir.resolve("big.json"), "{\"a\":\"" + "x".repeat(262_144) + "\"}");

    assertThat(run("submit", "a.b", "--payload", "@" + file)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("262144");
  }

  @Test
  void submit_serverRefuses_printsProblem() {
    server.answer(
        400,
        "{\"type\":\"https://millrace.io/problems/invalid-payload\",\"title\":\"Invalid payload\","
            + "\"detail\":\"1 field is not valid\","
            + "\"errors\":[{\"pointer\":\"#/payload/url\",\"detail\":\"is missing\"}]}");

    assertThat(run("submit", "a.b", "--payload", "{}")).isEqualTo(ExitCode.REFUSED);

    assertThat(err.toString().lines())
        .containsExactly(
            "Invalid payload (HTTP 400)", "  1 field is not valid", "  #/payload/url  is missing");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void submit_wait_followsToTheEnd() {
    server
        .answer(202, ACCEPTED)
        .answer(200, "{\"state\":\"READY\"}")
        .answer(200, "{\"state\":\"FAILED\",\"error\":{\"kind\":\"HANDLER\",\"message\":\"no\"}}");

    assertThat(run("submit", "a.b", "--payload", "{}", "--wait")).isEqualTo(ExitCode.JOB_FAILED);

    assertThat(out.toString().strip()).isEqualTo(ID);
    assertThat(err.toString().lines().skip(1)).containsExactly("READY", "FAILED", "HANDLER: no");
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED,0",
    "FAILED,1",
    "CANCELLED,1",
    "SKIPPED,1",
    "READY,3",
    "RUNNING,3",
    "NEWSTATE,3"
  })
  void status_eachState_hasItsExitCode(String state, int exitCode) {
    server.answer(200, "{\"id\":\"" + ID + "\",\"state\":\"" + state + "\"}");

    assertThat(run("status", ID)).isEqualTo(exitCode);
    assertThat(out.toString()).contains("job        " + ID, "state      " + state);
  }

  @Test
  void status_watch_printsOneLineForEachChange() {
    server
        .answer(200, "{\"state\":\"RUNNING\",\"progress\":{\"fraction\":0.5,\"message\":\"half\"}}")
        .answer(200, "{\"state\":\"SUCCEEDED\"}");

    assertThat(run("status", ID, "--watch")).isZero();
    assertThat(out.toString().lines()).containsExactly("RUNNING 50%  half", "SUCCEEDED");
  }

  @Test
  void status_json_printsDocumentAlone() {
    server.answer(200, "{\"state\":\"RUNNING\",\"new\":[1]}");

    assertThat(run("status", ID, "--json")).isEqualTo(ExitCode.NOT_FINISHED);
    assertThat(out.toString().strip()).isEqualTo("{\"state\":\"RUNNING\",\"new\":[1]}");
  }

  @Test
  void status_idNoUuid_saysWhatIdsLookLike() {
    assertThat(run("status", "17")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("'17' is no job id").doesNotContain("Exception");
  }

  @Test
  void result_succeeded_printsIndentedJson() {
    server.answer(200, "{\"sum\":3}");

    assertThat(run("result", ID)).isZero();
    assertThat(out.toString().lines()).containsExactly("{", "  \"sum\" : 3", "}");
  }

  @ParameterizedTest
  @CsvSource({"job-not-finished,409,3", "job-failed,409,1", "not-found,404,4"})
  void result_noneThere_exitCodeSaysWhy(String slug, int status, int exitCode) {
    server.answer(
        status, "{\"type\":\"https://millrace.io/problems/" + slug + "\",\"title\":\"No result\"}");

    assertThat(run("result", ID)).isEqualTo(exitCode);
    assertThat(err.toString()).contains("No result (HTTP " + status + ")");
  }

  @Test
  void result_tableOfSomethingElse_isUsage() {
    server.answer(200, "{\"sum\":3}");

    assertThat(run("result", ID, "--table")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("not a data set profile");
  }

  @Test
  void result_tableOfProfile_printsIt() {
    server.answer(200, "{\"dataset\":\"a.csv\",\"rows\":2,\"columns\":[{\"name\":\"n\"}]}");

    assertThat(run("result", ID, "--table")).isZero();
    assertThat(out.toString()).startsWith("a.csv · 2 rows").contains("COLUMN");
  }

  @Test
  void anyCommand_nobodyListens_isOneSentence() {
    int port = FakeServer.freePort();

    assertThat(execute("status", ID, "--url", "http://127.0.0.1:" + port))
        .isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("ops/millrace up");
  }

  @Test
  void anyCommand_urlWithoutScheme_isUsage() {
    assertThat(execute("status", ID, "--url", "localhost:8080")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("localhost:8080").contains("http://127.0.0.1:8080");
  }

  @Test
  void anyCommand_apiKey_isSentAndNotShown() {
    server.answer(401, "{\"type\":\"x/problems/invalid-api-key\",\"title\":\"Bad key\"}");

    assertThat(run("status", ID, "--api-key", "mr_1_secret ")).isEqualTo(ExitCode.REFUSED);
    assertThat(server.asked().getFirst().authorization()).isEqualTo("Bearer mr_1_secret");
    assertThat(err.toString() + out).contains("Bad key").doesNotContain("secret");
  }

  @Test
  void anyCommand_apiKeyThatCannotBeSent_isUsageAndNotShown() {
    assertThat(run("status", ID, "--api-key", "mr_1_sec\nret")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--api-key").doesNotContain("sec\nret");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void keys_help_namesItsCommands() {
    assertThat(execute("keys", "--help")).isZero();
    assertThat(out.toString()).contains("create", "list", "revoke");
    assertThat(execute("keys", "create", "--help")).isZero();
    assertThat(out.toString()).contains("--tenant", "--operator", "MILLRACE_DATABASE_URL");
  }

  @Test
  void keys_withoutCommandTenantOrWithBadOnes_areUsage() {
    assertThat(execute("keys")).isEqualTo(ExitCode.USAGE);
    assertThat(execute("keys", "create")).isEqualTo(ExitCode.USAGE);
    assertThat(execute("keys", "create", "--tenant", "Not Good")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--tenant must match");
    assertThat(execute("keys", "create", "--tenant", "t", "--name", "a\nb"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(execute("keys", "revoke")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void keys_folderWithoutDatabase_saysHowToNameOne(@TempDir Path dir) {
    assertThat(execute("keys", "list", "--data", dir.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--database-url", "ops/millrace up");
  }

  @Test
  void keys_databaseNotThere_isOneSentenceWithoutThePassword() {
    String url = "jdbc:postgresql://127.0.0.1:" + FakeServer.freePort() + "/m?password=hidden";
    assertThat(execute("keys", "list", "--database-url", url)).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("does not answer").doesNotContain("hidden");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void sample_outFile_holdsHeaderAndRows(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("trips.csv");

    assertThat(execute("sample", "trips", "--rows", "3", "--seed", "9", "--out", file.toString()))
        .isZero();
    assertThat(Files.readString(file)).startsWith("trip_id,").contains("\n100003,");
  }

  @Test
  void sample_negativeRows_isUsage() {
    assertThat(execute("sample", "trips", "--rows", "-1")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--rows is -1");
  }

  @Test
  void help_statesExitCodes() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString()).contains("submit", "status", "result", "sample");
    assertThat(out.toString()).contains("5   no server answered");
  }

  @Test
  void help_eachCommand_describesItself() {
    assertThat(execute("submit", "--help")).isZero();
    assertThat(out.toString()).contains("--max-attempts").contains("MILLRACE_URL");
  }

  @Test
  void noCommand_isUsage() {
    assertThat(execute()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Say which command");
  }

  @Test
  void unknownCommand_suggestsTheNearest() {
    assertThat(execute("sumbit")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("submit");
  }

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--url");
    all.add(server.uri().toString());
    return execute(all.toArray(String[]::new));
  }

  private int execute(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
