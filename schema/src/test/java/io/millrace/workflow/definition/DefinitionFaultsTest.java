package io.millrace.workflow.definition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.model.JobType;
import io.millrace.model.WorkerDeath;
import io.millrace.model.Workload;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionFaultsTest {
  /** In flow style on one line, so that only the column is left to tell. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|#|1|a definition is an object with nodes",
        "{}|#/nodes|1|nodes is missing; it is a map from names to nodes, at least one",
        "{nodes: {}}|#/nodes|2|nodes must be a map from names to nodes, at least one",
        "{nodes: {a: {type: e}}, nodse: 1}|#/nodse|25|there is no field of this name; did you mean"
            + " nodes?",
        "{nodes: {a: echo}}|#/nodes/a|10|a node is an object, such as {type: echo}",
        "{nodes: {a-b: {type: e}}}|#/nodes/a-b|10|a node's name is a letter or _ and up to 62 more"
            + " of A-Z, a-z, 0-9 and _",
        "{nodes: {a: {type: e}}, onFailure: {a: {type: e}}}|#/onFailure/a|37|nodes has a node of"
            + " this name too; names are unique over both maps",
        "{nodes: {a: {}}}|#/nodes/a|10|the node does nothing; it needs one of type, workflow,"
            + " signal, sleep, until, switch, transform",
        "{nodes: {a: {type: e, sleep: 1s}}}|#/nodes/a/sleep|23|a node does one thing, and this one"
            + " has type and sleep",
        "{nodes: {a: {sleep: 1s, retry: {}}}}|#/nodes/a/retry|25|retry has a meaning only with"
            + " type, and this node has sleep",
        "{nodes: {a: {transform: 1, with: 1}}}|#/nodes/a/with|28|with has a meaning only with type"
            + " or workflow, and this node has transform",
        "{nodes: {a: {type: e, default: b}}}|#/nodes/a/default|23|default has a meaning only with"
            + " switch, and this node has type",
        "{nodes: {a: {type: e, need: [b]}}}|#/nodes/a/need|23|there is no field of this name; did"
            + " you mean needs?",
        "{nodes: {score: {type: e}, b: {type: e, needs: [scoer]}}}|#/nodes/b/needs/0|49|there is no"
            + " node scoer; did you mean score?",
        "{nodes: {a: {type: e}, b: {type: e, needs: [a, a]}}}|#/nodes/b/needs/1|48|needs names a"
            + " twice",
        "{nodes: {a: {type: e, needs: 3}}}|#/nodes/a/needs|23|needs must be the name of a node or a"
            + " list of names",
        "{nodes: {a: {type: e, needs: [a]}}}|#/nodes/a|10|the nodes go in a circle: a → a",
        "{nodes: {a: {type: e}, b: {type: e, needs: a, onError: {goto: a}}}}|#/nodes/a|10|the nodes"
            + " go in a circle: a → b → a",
        "{nodes: {a: {type: e, needs: b}, b: {switch: [{when: true, then:"
            + " a}]}}}|#/nodes/a/needs|23|b leads here by its switch; with needs this node would"
            + " start whatever it chose",
        "{nodes: {a: {type: e, onError: {goto: b}}}}|#/nodes/a/onError/goto|33|there is no node b",
        "{nodes: {a: {type: e, onError: {goto: b}}}, onFailure: {b: {type:"
            + " e}}}|#/nodes/a/onError/goto|33|b is a node of onFailure, which begins when the"
            + " others have ended",
        "{nodes: {a: {type: e}}, onFailure: {b: {type: e, needs: a}}}|#/onFailure/b/needs|50|a is a"
            + " node of nodes, which have all ended when onFailure begins; expressions may read it",
        "{nodes: {a: {transform: '${nodes.b.output}'}}, onFailure: {b: {type:"
            + " e}}}|#/nodes/a/transform|14|b is a node of onFailure, which begins when the others"
            + " have ended",
        "{nodes: {a: {type: e, onError: ignore}}}|#/nodes/a/onError|23|onError must be fail,"
            + " continue, {continue: OUTPUT} or {goto: NODE}",
        "{nodes: {a: {type: e, onError: {continue:"
            + " '${input}'}}}}|#/nodes/a/onError/continue|33|this is a plain value; expressions in"
            + " it would not be evaluated",
        "{nodes: {a: {switch: [{when: true, then: b}], onError: continue}, b: {type:"
            + " e}}}|#/nodes/a/onError|47|a switch that failed has chosen nothing to continue with;"
            + " use its default",
        "{nodes: {a: {type: e, join: any}}}|#/nodes/a/join|23|join has no meaning here, nothing"
            + " leads to this node",
        "{nodes: {a: {type: e}, b: {type: e, needs: a, join: 2}}}|#/nodes/b/join|47|join asks for 2"
            + " ways, and at most 1 can be taken",
        "{nodes: {a: {switch: [{when: true, then: b}], default: b}, b: {type: e, join:"
            + " 2}}}|#/nodes/b/join|73|join asks for 2 ways, and at most 1 can be taken",
        "{nodes: {a: {type: e, join: 0}}}|#/nodes/a/join|23|join must be all, any, or how many of"
            + " the ways must be taken, at least 1",
        "{nodes: {a: {switch: []}}}|#/nodes/a/switch|14|switch must be a list of 1 to 1000 cases"
            + " {when, then}",
        "{nodes: {a: {switch: [{then: b}]}, b: {type: e}}}|#/nodes/a/switch/0/when|23|when is"
            + " missing; it is the condition of the case",
        "{nodes: {a: {switch: [{when: true, then: []}]}}}|#/nodes/a/switch/0/then|36|then must be"
            + " the name of a node or a list of names",
        "{nodes: {a: {type: e, forEach: {in: input}, while: {condition:"
            + " true}}}}|#/nodes/a/while|45|while and forEach contradict each other; give one of"
            + " them",
        "{nodes: {a: {type: e, forEach: {}}}}|#/nodes/a/forEach/in|23|in is missing; it is an"
            + " expression for the list of items",
        "{nodes: {a: {type: e, forEach: {in: input, concurrency:"
            + " 0}}}}|#/nodes/a/forEach/concurrency|44|concurrency must be an integer, 1 to 10000",
        "{nodes: {a: {type: e, forEach: {in: input, as: input}}}}|#/nodes/a/forEach/as|44|input"
            + " already means something in an expression; choose another name",
        "{nodes: {a: {type: e, forEach: {in: input, tolerate:"
            + " 101%}}}}|#/nodes/a/forEach/tolerate|44|tolerate must be a number of tasks, 0 to"
            + " 10000, or a share such as 10%",
        "{nodes: {a: {type: e, forEach: {in: item}}}}|#/nodes/a/forEach/in|33|there is no item"
            + " here; known are input, nodes, run (character 1)",
        "{nodes: {a: {type: e, while: {condition: true, max: 10001}}}}|#/nodes/a/while/max|48|max"
            + " must be an integer, 1 to 10000",
        "{nodes: {a: {type: e, while: {condition: loop.summ > 1, carry: {sum: {start: 1, next:"
            + " 1}}}}}}|#/nodes/a/while/condition|31|loop has no field summ; did you mean sum?"
            + " (character 5)",
        "{nodes: {a: {type: e, while: {condition: true, carry: {s: {start: '${output}', next:"
            + " 1}}}}}}|#/nodes/a/while/carry/s/start|60|there is no output here; known are input,"
            + " nodes, run (character 1)",
        "{nodes: {a: {signal: {default: 1}}}}|#/nodes/a/signal/default|23|default is the output"
            + " after timeout, and there is no timeout",
        "{nodes: {a: {signal: {options: [a, a]}}}}|#/nodes/a/signal/options/1|36|options has this"
            + " value twice",
        "{nodes: {a: {sleep: soon}}}|#/nodes/a/sleep|14|sleep must be a duration such as 90s, 10m"
            + " or PT1H30M",
        "{nodes: {a: {sleep: 367d}}}|#/nodes/a/sleep|14|sleep must be 0ms to 366d",
        "{nodes: {a: {until: tomorrow}}}|#/nodes/a/until|14|until must be a time with its offset,"
            + " such as 2030-01-31T08:00:00+01:00",
        "{nodes: {a: {type: e, retry: {maxAttempts:"
            + " 101}}}}|#/nodes/a/retry/maxAttempts|31|maxAttempts must be an integer, 1 to 100",
        "{nodes: {a: {type: e, timeout: 8d}}}|#/nodes/a/timeout|23|timeout must be 1ms to 7d",
        "{nodes: {a: {type: e, priority: urgent}}}|#/nodes/a/priority|23|priority must be one of"
            + " critical, high, normal, low",
        "{nodes: {a: {type: Echo}}}|#/nodes/a/type|14|type is not the name of one: lower case, at"
            + " most 64 characters",
        "{nodes: {a: {type: e, with: '${nodes.b.output}'}, b: {type: e}}}|#/nodes/a/with|23|b does"
            + " not lie before a, so it may not have ended; add it to needs",
        "{nodes: {a: {type: e, when: nodes.a.output}}}|#/nodes/a/when|23|a node cannot read its own"
            + " output here",
        "{nodes: {a: {type: e, with: {x: '${nodes.b.output}'}}}}|#/nodes/a/with|23|there is no node"
            + " b",
        "{nodes: {a: {type: e}}, output: '${nodes.aa.output}'}|#/output|25|there is no node aa; did"
            + " you mean a?",
        "{nodes: {a: {type: e}}, timeout: 0s}|#/timeout|25|timeout must be 1ms to 366d",
        "{nodes: {a: {type: e}}, input: 3}|#/input|25|input must be an object, a JSON Schema of the"
            + " run's input",
        "{nodes: {a: {type: e}}, concurrency: {key: x}}|#/concurrency/limit|25|limit is missing; it"
            + " is how many runs of a key may be open at once",
        "{nodes: {a: {type: e}}, concurrency: {limit: 1, key:"
            + " '${nodes.a.output}'}}|#/concurrency/key|49|there is no nodes here; known are input,"
            + " run (character 1)",
      })
  void read_oneFault_isSaidWithItsPlace(String text, String pointer, int column, String message) {
    assertThat(bad(text)).containsExactly(new DefinitionFault(pointer, 1, column, message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|1|1|the document is empty",
        "nodes:\\n  a: &x {type: e}|2|6|anchors (&x) are not taken here",
        "nodes:\\n  a: *x|2|6|aliases (*x) are not taken here",
        "nodes: !!map {}|1|8|tags (tag:yaml.org,2002:map) are not taken here",
        "nodes: {}\\n---\\nnodes: {}|2|1|one document is taken, here a second starts",
        "nodes: {}\\nnodes: {}|2|1|the field nodes is there twice",
        "{'nodes': 1, 'nodes': 2}|1|14|the field nodes is there twice",
        "1: 2|1|1|a field's name must be a text; put 1 in quotes",
        "{[a]: 2}|1|2|a field's name must be a text",
        "a: .nan|1|4|.nan is no number in JSON",
        "a: 1e999|1|4|the document has a number with an exponent beyond 200",
        "a: [1\\n|2|1|this is not valid YAML: expected ',' or ']', but got <stream end>",
        "a: \"\\0\"|1|4|the document has the character U+0000 in a text, which cannot be stored",
      })
  void read_noDocument_saysWhere(String text, int line, int column, String message) {
    assertThat(bad(text.replace("\\n", "\n")))
        .containsExactly(new DefinitionFault("#", line, column, message));
  }

  @Test
  void read_manyFaults_areAllSaidByLine() {
    List<DefinitionFault> faults =
        bad(
            """
            nodes:
              a:
                type: echo
                with: "${inptu.x}"
                timeout: long
              b:
                needs: [c]
                typo: x
            output: "${nodes.d.output}"
            """);
    assertThat(faults)
        .extracting(DefinitionFault::line, DefinitionFault::pointer)
        .containsExactly(
            tuple(4, "#/nodes/a/with"),
            tuple(5, "#/nodes/a/timeout"),
            tuple(6, "#/nodes/b"),
            tuple(7, "#/nodes/b/needs/0"),
            tuple(8, "#/nodes/b/typo"),
            tuple(9, "#/output"));
  }

  @Test
  void read_moreFaultsThanAreListed_areCounted() {
    StringBuilder text = new StringBuilder("nodes:\n");
    for (int i = 0; i < 150; i++) {
      text.append("  n").append(i).append(": {type: echo, wiht: 1}\n");
    }
    Definition.Bad bad = (Definition.Bad) read(text.toString());
    assertThat(bad.faults()).hasSize(100);
    assertThat(bad.more()).isEqualTo(50);
  }

  @Test
  void read_longCircle_isPrintedShort() {
    StringBuilder text = new StringBuilder("nodes:\n");
    for (int i = 0; i < 500; i++) {
      text.append("  n%d: {type: e, needs: n%d}\n".formatted(i, (i + 499) % 500));
    }
    assertThat(bad(text.toString()).getFirst().message())
        .startsWith("the nodes go in a circle: n0 → n1 → n2 →")
        .contains("→ (482 more) →")
        .endsWith("→ n499 → n0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "- ", "{a: ", "a:\n "})
  void read_deepNesting_isRefused(String piece) {
    String text = piece.repeat(100_000);
    assertThat(bad(text)).hasSize(1);
    assertThat(bad("nodes: " + text)).hasSize(1);
  }

  @Test
  void read_billionLaughs_isRefusedAtItsFirstAnchor() {
    StringBuilder text = new StringBuilder("a0: &a0 [lol]\n");
    for (int i = 1; i < 30; i++) {
      text.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
    }
    assertThat(bad(text.toString()).getFirst().message())
        .isEqualTo("anchors (&a0) are not taken here");
  }

  @Test
  void read_tooLarge_isRefused() {
    String text = "nodes: {a: {type: e}} #" + "x".repeat(4 * 1024 * 1024);
    assertThat(bad(text))
        .containsExactly(
            new DefinitionFault(
                "#", 0, 0, "a document has at most 4194304 bytes; this has 4194327"));
  }

  @Test
  void read_tooManyNodes_isRefused() {
    StringBuilder text = new StringBuilder("nodes:\n");
    for (int i = 0; i <= 10_000; i++) {
      text.append("  n").append(i).append(": {type: e}\n");
    }
    assertThat(bad(text.toString()).getFirst().message())
        .isEqualTo("a definition has at most 10000 nodes");
  }

  @Test
  void read_tooManyWays_isRefused() {
    StringBuilder text = new StringBuilder("nodes:\n");
    String needs = "a0";
    for (int i = 0; i < 330; i++) {
      text.append("  a%d: {type: e}\n".formatted(i));
      needs += i == 0 ? "" : ",a" + i;
    }
    for (int i = 0; i < 304; i++) {
      text.append("  b%d: {type: e, needs: [%s]}\n".formatted(i, needs));
    }
    assertThat(bad(text.toString()))
        .containsExactly(
            new DefinitionFault("#/nodes", 1, 1, "a definition has at most 100000 ways"));
  }

  static Stream<Arguments> unknownNames() {
    return Stream.of(
        Arguments.of(
            "{type: ecko}",
            "no worker has announced this type; did you mean echo? (known are echo)"),
        Arguments.of(
            "{workflow: nihgtly}",
            "there is no workflow of this name; did you mean nightly? (known are nightly)"),
        Arguments.of(
            "{type: echo, pool: gpu}", "no worker serves a pool of this name (known are io)"));
  }

  @ParameterizedTest
  @MethodSource("unknownNames")
  void read_nameTheCatalogueLacks_isAFault(String node, String message) {
    Definition read =
        Definitions.read("w", ("nodes: {a: " + node + "}").getBytes(UTF_8), CATALOGUE);
    assertThat(((Definition.Bad) read).faults())
        .extracting(DefinitionFault::message)
        .containsExactly(message);
  }

  @Test
  void read_namesOfTheCatalogue_areTaken() {
    DefinitionsTest.good("nodes: {a: {type: echo, pool: io}, b: {workflow: w}}", CATALOGUE);
  }

  private static final Catalogue CATALOGUE =
      new Catalogue() {
        @Override
        public Optional<JobType> type(String name) {
          return name.equals("echo")
              ? Optional.of(
                  new JobType(
                      "echo", 1, Workload.IO, "io", 3, 1_000, "{}", WorkerDeath.RETRY, null, null))
              : Optional.empty();
        }

        @Override
        public Set<String> types() {
          return Set.of("echo");
        }

        @Override
        public Set<String> pools() {
          return Set.of("io");
        }

        @Override
        public Set<String> workflows() {
          return Set.of("nightly");
        }
      };

  private static Definition read(String text) {
    return Definitions.read("w", text.getBytes(UTF_8), null);
  }

  private static List<DefinitionFault> bad(String text) {
    Definition read = read(text);
    assertThat(read).isInstanceOf(Definition.Bad.class);
    return ((Definition.Bad) read).faults();
  }
}
