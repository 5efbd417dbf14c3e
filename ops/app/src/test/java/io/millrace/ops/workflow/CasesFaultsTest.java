package io.millrace.ops.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CasesFaultsTest {
  private static final String DEFINITION =
      """
      nodes:
        fetch: {type: a.b}
        each: {needs: [fetch], forEach: {in: "${[1]}"}, type: a.b}
        ask: {needs: [each], signal: {}}
        value: {needs: [ask], transform: 1}
      """;

  @TempDir Path folder;

  @Test
  void faults_ofEveryPart_areAllSaidByLine() throws Exception {
    List<String> lines =
        lines(
            """
                - nmae: typo
                  startAt: soon
                  nodes:
                    fetsch: {result: 1}
                    fetch: {result: 1, fail: {}}
                    value: {result: 1}
                    ask: {result: 1}
                    each: {rounds: [{result: 1}, {after: 1h}], after: 1h}
                  signals:
                    fetch: {send: 1}
                    ask: {after: never}
                  actions:
                    - {at: 1h}
                    - {cancel: why}
                    - {at: 1h, pause: false}
                    - {at: 1h, skip: nobody}
                    - 7
                  expect:
                    state: DONE
                    error: {kind: ODD, text: no}
                    nodes: {fetch: ACTIVE, nobody: SKIPPED}
                    called: {value: 1, fetch: many, each: -1}
                    took: 1h
                - {name: twice, expect: {state: FAILED, output: 1}}
                - {name: twice, expect: {state: SUCCEEDED, error: {}}}
                - name: expects nothing
                - 3
                """);

    assertThat(lines)
        .isEqualTo(
            """
                1:3: there is no field of this name; did you mean name? (#/0/nmae)
                1:3: name is missing; it says what the case shows (#/0/name)
                2:3: startAt must be a time with its offset, such as 2030-01-31T08:00:00+01:00 (#/0/startAt)
                4:5: the definition has no node fetsch; did you mean fetch? (#/0/nodes/fetsch)
                5:5: a mock has either result or fail (#/0/nodes/fetch)
                6:5: node value is a transform: it runs as it is and takes no mock (#/0/nodes/value)
                7:5: node ask is a signal: it runs as it is and takes no mock (#/0/nodes/ask)
                8:12: rounds is for nodes with while; node each has none (#/0/nodes/each/rounds)
                8:34: a mock has either result or fail (#/0/nodes/each/rounds/1)
                8:48: there is no field of this name (#/0/nodes/each/after)
                10:5: node fetch is a job, no signal (#/0/signals/fetch)
                11:5: send is missing; it is the value that is sent (#/0/signals/ask/send)
                11:11: after must be a duration such as 90s, 10m or PT1H30M (#/0/signals/ask/after)
                13:7: an action has one of cancel, pause, resume, skip (#/0/actions/0)
                14:7: at is missing; it is how long after the start of the run (#/0/actions/1/at)
                15:16: pause must be true (#/0/actions/2/pause)
                16:16: the definition has no node nobody (#/0/actions/3/skip)
                17:7: actions[4] must be an object such as {at: 1h, cancel: REASON} (#/0/actions/4)
                19:5: state must be one of SUCCEEDED, FAILED, CANCELLED (#/0/expect/state)
                20:13: kind must be one of BAD_PAYLOAD, BUG, CANCELLED, CRASHED, DEADLINE, DEPENDENCY, EXPRESSION, HANDLER, HEARTBEAT, LEASE_LOST, LIMIT, QUEUE_TIMEOUT, TIMEOUT (#/0/expect/error/kind)
                20:24: there is no field of this name (#/0/expect/error/text)
                21:13: fetch must be one of PENDING, SUCCEEDED, FAILED, SKIPPED, CANCELLED (#/0/expect/nodes/fetch)
                21:28: the definition has no node nobody (#/0/expect/nodes/nobody)
                22:14: node value is a transform and calls nothing (#/0/expect/called/value)
                22:24: fetch must be a number of calls, or the list of their payloads (#/0/expect/called/fetch)
                22:37: each must be an integer, 0 to 1000000 (#/0/expect/called/each)
                23:5: there is no field of this name (#/0/expect/took)
                24:41: a run that is FAILED has no output (#/1/expect/output)
                25:4: each case has a name of its own (#/2/name)
                25:44: a run that is SUCCEEDED has no error (#/2/expect/error)
                25:44: error has one of kind, node, message at least (#/2/expect/error)
                26:3: expect is missing; it is what the run must come to (#/3/expect)
                27:3: a case is an object with name and expect (#/4)
                """
                .lines()
                .map(line -> "flow.cases.yaml:" + line.strip())
                .toList());
  }

  @Test
  void file_withoutCases_isAFault() throws Exception {
    assertThat(lines("[]")).singleElement().asString().contains("flow.cases.yaml:1:1: cases are");
    assertThat(lines("{a: 1}")).singleElement().asString().contains("cases are a list");
    assertThat(lines("")).containsExactly("flow.cases.yaml:1:1: the document is empty");
    assertThat(lines("- {name: a")).singleElement().asString().contains("not valid YAML");
  }

  private List<String> lines(String cases) throws Exception {
    return new Kit(folder).lines(DEFINITION, cases);
  }
}
