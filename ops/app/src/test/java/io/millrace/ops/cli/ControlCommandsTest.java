package io.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.client.FakeServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands that act on jobs, against a server that answers what it is told to. */
class ControlCommandsTest {
  private static final String ID = "0199a0c2-7d3e-7b41-9f00-5c1d2e3f4a5b";

  private final FakeServer server = new FakeServer();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void cancel_eachAnswer_hasItsSentenceAndExitCode() {
    server
        .answer(200, "{\"state\":\"CANCELLED\",\"cancelled\":true}")
        .answer(200, "{\"state\":\"RUNNING\",\"cancelled\":false}")
        .answer(200, "{\"state\":\"SUCCEEDED\",\"cancelled\":false}");
    assertThat(run("cancel", ID, "--reason", "no need")).isZero();
    assertThat(run("cancel", ID)).isEqualTo(ExitCode.NOT_FINISHED);
    assertThat(run("cancel", ID)).isEqualTo(ExitCode.JOB_FAILED);
    assertThat(out.toString().lines())
        .containsExactly(
            ID + " cancelled",
            ID + " runs; its worker has been told to stop it",
            ID + " had ended before: SUCCEEDED");
    assertThat(server.asked().getFirst().path()).isEqualTo("/v1/jobs/" + ID + "/cancel");
    assertThat(server.asked().getFirst().body()).isEqualTo("{\"reason\":\"no need\"}");
    assertThat(server.asked().get(1).body()).isEqualTo("{}");
  }

  @Test
  void retry_payload_isSentAsItStands() {
    server.answer(202, "{\"id\":\"" + ID + "\",\"state\":\"READY\"}");
    assertThat(run("retry", ID, "--payload", "{\"n\":1.50}")).isZero();
    assertThat(server.asked().getFirst().body()).isEqualTo("{\"payload\":{\"n\":1.50}}");
    assertThat(out.toString().strip()).isEqualTo(ID + " READY");
    assertThat(run("retry", ID, "--payload", "{n")).isEqualTo(ExitCode.USAGE);
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void why_limit_printsSentenceAndHolders() {
    server.answer(
        200,
        "{\"state\":\"BLOCKED\",\"code\":\"LIMIT_RUNNING\",\"sentence\":\"All are taken.\","
            + "\"limits\":[{\"scope\":\"type\",\"subject\":\"mail\",\"holders\":[\"a\",\"b\"],"
            + "\"others\":3}]}");
    assertThat(run("why", ID)).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "BLOCKED (LIMIT_RUNNING)",
            "  All are taken.",
            "  places of the type mail are held by:",
            "    a",
            "    b",
            "    and 3 others");
  }

  @Test
  void deadLettersList_filters_becomeParametersAndLettersLines() {
    server.answer(
        200,
        "{\"deadLetters\":[{\"id\":\"x\",\"failedAt\":\"T\",\"type\":\"mail\","
            + "\"error\":{\"kind\":\"HANDLER\",\"message\":\"one\\ntwo\"}}],\"next\":\"/v1/y\"}");
    assertThat(run("dead-letters", "list", "--type", "mail", "--label", "a=b c")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "x  T  mail  HANDLER  one", "There are more: raise --limit, or narrow the choice.");
  }

  @Test
  void deadLettersReplay_wait_followsToTheEnd() {
    server
        .answer(202, "{\"id\":\"r\",\"state\":\"RUNNING\"}")
        .answer(200, "{\"id\":\"r\",\"state\":\"DONE\",\"total\":3,\"replayed\":2,\"skipped\":1}");
    assertThat(
            run(
                "dead-letters",
                "replay",
                "--kind",
                "TIMEOUT",
                "--label",
                "a=b",
                "--rate",
                "5",
                "--wait"))
        .isZero();
    assertThat(out.toString().strip()).isEqualTo("r  DONE  replayed 2 of 3, skipped 1");
    assertThat(server.asked().getFirst().body())
        .isEqualTo(
            "{\"ratePerSecond\":5,\"filter\":{\"kind\":\"TIMEOUT\",\"labels\":{\"a\":\"b\"}}}");
    assertThat(server.asked().get(1).path()).isEqualTo("/v1/replays/r");
  }

  @Test
  void deadLettersReplay_nothingOrTwoThingsSaid_isUsage() {
    assertThat(run("dead-letters", "replay")).isEqualTo(ExitCode.USAGE);
    assertThat(run("dead-letters", "replay", "--all", ID)).isEqualTo(ExitCode.USAGE);
    assertThat(run("dead-letters")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("one of the three").contains("list or replay");
    assertThat(server.asked()).isEmpty();
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (!all.equals(List.of("dead-letters"))) {
      all.addAll(List.of("--url", server.uri().toString()));
    }
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }
}
