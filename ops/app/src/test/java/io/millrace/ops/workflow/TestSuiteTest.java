package io.millrace.ops.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSuiteTest {
  private static final String ONE =
      """
      nodes:
        work: {type: a.b, with: {n: "${input.n}"}}
      output: "${nodes.work.output}"
      """;

  private static final String SLEEP =
      """
      nodes:
        work: {type: a.b}
        rest: {needs: [work], sleep: 10d}
        date: {needs: [rest], until: "2026-02-01T00:00:00Z"}
      output: "${run.startedAt}"
      """;

  private static final String SIGNAL =
      """
      nodes:
        ask: {signal: {options: [1, 2], timeout: 7d, default: 0}}
      output: "${nodes.ask.output}"
      """;

  private static final String EACH =
      """
      nodes:
        each: {forEach: {in: "${input.items}", concurrency: 2, tolerate: 1}, type: a.b, with: "${item}"}
      output: "${nodes.each.output}"
      """;

  private static final String WHILE =
      """
      nodes:
        poll: {while: {condition: "output == null || !output.done", max: 5}, type: a.b}
      output: "${nodes.poll.output}"
      """;

  @TempDir Path folder;

  @Test
  void case_allAsExpected_isOk() throws Exception {
    assertThat(
            lines(
                ONE,
                """
                - name: gives its result
                  input: {n: 1}
                  nodes: {work: {result: {b: 1.0, a: [x]}, after: 90s}}
                  expect:
                    state: SUCCEEDED
                    output: {a: [x], b: 1}
                    within: 90s
                    nodes: {work: SUCCEEDED}
                    called: {work: [{n: 1}]}
                """))
        .containsExactly("ok      gives its result (90s)", "1 case: 1 ok, 0 failed");
  }

  @Test
  void case_otherwiseThanExpected_listsEveryDifference() throws Exception {
    assertThat(
            lines(
                ONE,
                """
                - name: fails
                  input: {n: 1}
                  nodes: {work: {result: {a: [x, z], c: 1}, after: 2h}}
                  expect:
                    state: SUCCEEDED
                    output: {a: [y], b: 1}
                    within: 1h
                    nodes: {work: SKIPPED}
                    called: {work: [{n: 2}]}
                - name: counts
                  nodes: {work: {result: 1}}
                  input: {n: 1}
                  expect: {state: SUCCEEDED, called: {work: 2}}
                """))
        .containsExactly(
            "FAILED  fails (flow.cases.yaml:1)",
            "        output/a/0: expected \"y\", got \"x\"",
            "        output/a/1: expected nothing, got \"z\"",
            "        output/b: expected 1, got nothing",
            "        output/c: expected nothing, got 1",
            "        within: expected at most 1h, took 2h",
            "        nodes.work: expected SKIPPED, got SUCCEEDED",
            "        called.work/0/n: expected 2, got 1",
            "FAILED  counts (flow.cases.yaml:10)",
            "        called.work: expected 2, got 1",
            "2 cases: 0 ok, 2 failed");
  }

  @Test
  void fail_mocked_failsTheRun() throws Exception {
    assertThat(
            lines(
                ONE,
                """
                - name: as expected
                  input: {n: 1}
                  nodes: {work: {fail: {kind: TIMEOUT, message: took too long}}}
                  expect: {state: FAILED, error: {kind: TIMEOUT, node: work, message: too long}}
                - name: another error
                  input: {n: 1}
                  nodes: {work: {fail: {}}}
                  expect: {state: FAILED, error: {kind: BUG, message: nobody said}}
                - name: no error
                  input: {n: 1}
                  nodes: {work: {fail: {message: no}}}
                  expect: {state: SUCCEEDED}
                """))
        .containsExactly(
            "ok      as expected (0ms)",
            "FAILED  another error (flow.cases.yaml:5)",
            "        error.kind: expected BUG, got HANDLER",
            "        error.message: expected one with \"nobody said\","
                + " got \"failed as its mock says\"",
            "FAILED  no error (flow.cases.yaml:9)",
            "        state: expected SUCCEEDED, got FAILED by node work: HANDLER: no",
            "3 cases: 1 ok, 2 failed");
  }

  @Test
  void times_virtual_passAtOnce() throws Exception {
    assertThat(
            lines(
                SLEEP,
                """
                - name: waits for the date
                  nodes: {work: {result: null, after: 5d}}
                  expect: {state: SUCCEEDED, output: "2026-01-01T00:00:00Z", within: 31d}
                - name: begins after the date
                  startAt: 2026-03-01T00:00:00Z
                  nodes: {work: {result: null}}
                  expect: {state: SUCCEEDED, output: "2026-03-01T00:00:00Z"}
                """))
        .containsExactly(
            "ok      waits for the date (31d)",
            "ok      begins after the date (10d)",
            "2 cases: 2 ok, 0 failed");
  }

  @Test
  void signal_sentLateOrRefused_isSaid() throws Exception {
    assertThat(
            lines(
                SIGNAL,
                """
                - name: in time
                  signals: {ask: {send: 2.0, after: 6d}}
                  expect: {state: SUCCEEDED, output: 2, within: 6d}
                - name: too late takes the default
                  signals: {ask: {send: 2, after: 8d}}
                  expect: {state: SUCCEEDED, output: 0}
                - name: no option
                  signals: {ask: {send: 3}}
                  expect: {state: SUCCEEDED}
                """))
        .containsExactly(
            "ok      in time (6d)",
            "ok      too late takes the default (7d)",
            "FAILED  no option (flow.cases.yaml:7)",
            "        the signal to ask was refused: node ask takes only one of [1, 2]",
            "3 cases: 2 ok, 1 failed");
  }

  @Test
  void run_waitsForEver_endsTheCase() throws Exception {
    assertThat(
            lines(
                "nodes: {ask: {signal: {}}, other: {signal: {}}, long: {sleep: 1d}}",
                """
                - name: nobody sends
                  signals: {other: {send: 1}}
                  expect: {state: SUCCEEDED}
                - name: ends though nobody resumes
                  signals: {ask: {send: 1}, other: {send: 1}}
                  actions: [{at: 1h, pause: true}]
                  expect: {state: SUCCEEDED}
                """))
        .containsExactly(
            "FAILED  nobody sends (flow.cases.yaml:1)",
            "        waits for signal at ask, nothing more happens",
            "ok      ends though nobody resumes (1d)",
            "2 cases: 1 ok, 1 failed");
  }

  @Test
  void each_byItem_playsEachTask() throws Exception {
    assertThat(
            lines(
                EACH,
                """
                - name: one fails
                  input: {items: [a, b, c]}
                  nodes: {each: {each: [{result: 1, after: 3s}, {fail: {}, after: 1s}, {result: 3, after: 1s}]}}
                  expect: {state: SUCCEEDED, output: [1, null, 3], called: {each: [a, b, c]}, within: 3s}
                - name: one for all
                  input: {items: [a, b]}
                  nodes: {each: {result: 5}}
                  expect: {state: SUCCEEDED, output: [5, 5]}
                - name: one too few
                  input: {items: [a, b]}
                  nodes: {each: {each: [{result: 1}]}}
                  expect: {state: SUCCEEDED}
                """))
        .containsExactly(
            "ok      one fails (3s)",
            "ok      one for all (0ms)",
            "FAILED  one too few (flow.cases.yaml:9)",
            "        node each ran task 1, and its each has 1; it was given \"b\"",
            "3 cases: 2 ok, 1 failed");
  }

  @Test
  void rounds_ofWhile_playEachRound() throws Exception {
    assertThat(
            lines(
                WHILE,
                """
                - name: done in the second
                  nodes: {poll: {rounds: [{result: {done: false}, after: 1m}, {result: {done: true}}]}}
                  expect: {state: SUCCEEDED, output: {done: true}, called: {poll: 2}, within: 1m}
                - name: one too few
                  nodes: {poll: {rounds: [{result: {done: false}}]}}
                  expect: {state: SUCCEEDED}
                - name: never done
                  nodes: {poll: {result: {done: false}}}
                  expect: {state: FAILED, error: {kind: LIMIT, node: poll}, called: {poll: 5}}
                """))
        .containsExactly(
            "ok      done in the second (1m)",
            "FAILED  one too few (flow.cases.yaml:4)",
            "        node poll ran round 2, and its rounds are 1; it was given {}",
            "ok      never done (0ms)",
            "3 cases: 2 ok, 1 failed");
  }

  @Test
  void node_withoutMock_failsTheCase() throws Exception {
    assertThat(
            lines(
                "nodes: {sub: {workflow: other, with: {n: 1}}}",
                """
                - name: not mocked
                  expect: {state: SUCCEEDED}
                - name: mocked
                  nodes: {sub: {result: 1}}
                  expect: {state: SUCCEEDED, output: null, called: {sub: [{n: 1}]}}
                """))
        .containsExactly(
            "FAILED  not mocked (flow.cases.yaml:1)",
            "        node sub ran and has no mock; it was given {\"n\":1}",
            "ok      mocked (0ms)",
            "2 cases: 1 ok, 1 failed");
  }

  @Test
  void actions_eachKind_isDone() throws Exception {
    assertThat(
            lines(
                """
                timeout: 10d
                nodes:
                  work: {type: a.b}
                  rest: {needs: [work], sleep: 5d}
                onFailure:
                  undo: {type: c.d}
                """,
                """
                - name: cancels what runs
                  nodes: {work: {result: 1, after: 2h}, undo: {result: 1, after: 1m}}
                  actions: [{at: 1h, cancel: no need}]
                  expect: {state: CANCELLED, within: 61m, nodes: {work: CANCELLED, undo: SUCCEEDED}}
                - name: skips what waits
                  nodes: {work: {result: 1}}
                  actions: [{at: 1h, skip: rest}]
                  expect: {state: SUCCEEDED, within: 1h, nodes: {rest: SKIPPED}}
                - name: pauses
                  nodes: {work: {result: 1, after: 1h}}
                  actions: [{at: 0s, pause: true}, {at: 1d, resume: true}]
                  expect: {state: SUCCEEDED, within: 6d}
                - name: stays paused
                  nodes: {work: {result: 1, after: 1h}}
                  actions: [{at: 0s, pause: true}]
                  expect: {state: FAILED}
                - name: takes too long
                  nodes: {work: {result: 1, after: 11d}, undo: {result: 1}}
                  expect: {state: FAILED, within: 10d, error: {kind: TIMEOUT}}
                - name: is refused
                  nodes: {work: {result: 1}}
                  actions: [{at: 1h, skip: work}]
                  expect: {state: SUCCEEDED}
                - name: comes too late
                  nodes: {work: {result: 1}}
                  actions: [{at: 9d, pause: true}]
                  expect: {state: SUCCEEDED}
                """))
        .containsExactly(
            "ok      cancels what runs (61m)",
            "ok      skips what waits (1h)",
            "ok      pauses (6d)",
            "FAILED  stays paused (flow.cases.yaml:13)",
            "        is paused and nobody resumes it, nothing more happens",
            "ok      takes too long (10d)",
            "FAILED  is refused (flow.cases.yaml:20)",
            "        actions[0] (skip at 1h) was refused: node work has ended: it is SUCCEEDED",
            "FAILED  comes too late (flow.cases.yaml:24)",
            "        actions[0] (pause at 9d) came too late: the run had ended, SUCCEEDED",
            "7 cases: 4 ok, 3 failed");
  }

  @Test
  void input_outsideOfItsSchema_failsTheCase() throws Exception {
    assertThat(
            lines(
                """
                input: {type: object, required: [n], properties: {n: {type: integer}}}
                nodes: {work: {type: a.b}}
                """,
                """
                - name: nothing given
                  expect: {state: SUCCEEDED}
                - name: a text
                  input: one
                  expect: {state: SUCCEEDED}
                """))
        .containsExactly(
            "FAILED  nothing given (flow.cases.yaml:1)",
            "        n is required (#/input/n)",
            "FAILED  a text (flow.cases.yaml:3)",
            "        input must be an object, not a string (#/input)",
            "2 cases: 0 ok, 2 failed");
  }

  @Test
  void while_tenThousandLongRounds_endsAtOnce() throws Exception {
    assertThat(
            lines(
                "nodes: {poll: {while: {condition: 'true', max: 10000}, type: a.b}}",
                """
                - name: goes on
                  nodes: {poll: {result: 1, after: 366d}}
                  expect: {state: FAILED, error: {kind: LIMIT}, called: {poll: 10000}}
                """))
        .containsExactly("ok      goes on (3660000d)", "1 case: 1 ok, 0 failed");
  }

  private List<String> lines(String definition, String cases) throws Exception {
    return new Kit(folder).lines(definition, cases);
  }
}
