package io.millrace.workflow.definition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Priority;
import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.Join;
import io.millrace.workflow.plan.OnError;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Good definitions. {@link DefinitionFaultsTest} has the bad ones. */
class DefinitionsTest {
  @Test
  void read_exampleOfTheDocs_givesItsPlan() throws IOException {
    Plan plan = plan(example());

    assertThat(plan.workflow()).isEqualTo("w");
    assertThat(plan.timeout()).isEqualTo(Duration.ofHours(2));
    assertThat(plan.main().nodes())
        .extracting(PlanNode::name)
        .containsExactly("columns", "score", "report");
    assertThat(plan.compensation().nodes()).extracting(PlanNode::name).containsExactly("tell");
    Work.ForEach score = (Work.ForEach) plan.main().nodes().get(1).work();
    assertThat(score.as()).isEqualTo("column");
    assertThat(score.concurrency()).isEqualTo(20);
    assertThat(score.tolerance()).isEqualTo(new Work.Tolerance(10_000, 0.1));
    assertThat(score.items().nodes()).containsExactly("columns");
    assertThat(plan.inputSchema()).startsWith("{\"type\":\"object\"");
    Plan.Concurrency concurrency = plan.concurrency();
    assertThat(concurrency).isNotNull();
    assertThat(concurrency.limit()).isEqualTo(1);
  }

  @Test
  void read_itsCanonicalText_givesTheSamePlan() throws IOException {
    Definition.Good first = good(example());
    Definition.Good again = good(first.canonicalJson());
    assertThat(again.canonicalJson()).isEqualTo(first.canonicalJson());
    assertThat(again.plan().version()).isEqualTo(first.plan().version()).matches("[0-9a-f]{64}");
    assertThat(again.plan().main().order()).hasSize(3);
  }

  @Test
  void version_sameContent_isTheSame() {
    String version = plan("nodes:\n  a: {type: echo, with: {x: 1.0, y: [true, null]}}\n").version();
    assertThat(plan("# hi\nnodes: {a: {with: {y: [true, ~], x: 1e0}, type: 'echo'}}").version())
        .isEqualTo(version);
    assertThat(
            plan("{\"nodes\":{\"a\":{\"with\":{\"y\":[true,null],\"x\":1},\"type\":\"echo\"}}}")
                .version())
        .isEqualTo(version);
    assertThat(plan("nodes:\n  a: {type: echo, with: {x: 2, y: [true, null]}}\n").version())
        .isNotEqualTo(version);
  }

  @Test
  void read_switchAndGoto_becomeEdges() {
    Graph graph =
        plan("""
        nodes:
          choose:
            switch:
              - {when: input.size > 3, then: [large, both]}
              - {when: "${input.size > 1}", then: both}
            default: small
          large: {type: echo, onError: {goto: mend}}
          both: {transform: 1}
          small: {sleep: 5s, onError: continue}
          mend: {needs: [large], type: echo, onError: {continue: {ok: false}}}
          last: {needs: [large, both, small], join: any, type: echo, when: "input.go"}
        """)
            .main();
    Map<String, PlanNode> nodes = byName(graph);
    assertThat(node(nodes, "choose").out())
        .containsExactlyInAnyOrder(
            new Edge(0, 1, Edge.Kind.CASE, 0),
            new Edge(0, 2, Edge.Kind.CASE, 0),
            new Edge(0, 2, Edge.Kind.CASE, 1),
            new Edge(0, 3, Edge.Kind.CASE, 2));
    assertThat(node(nodes, "choose").in()).isZero();
    assertThat(node(nodes, "both").in()).isEqualTo(2);
    assertThat(node(nodes, "large").onError()).isEqualTo(new OnError.Branch(4));
    assertThat(node(nodes, "large").out())
        .containsExactlyInAnyOrder(
            new Edge(1, 4, Edge.Kind.ERROR, Edge.NO_BRANCH),
            new Edge(1, 4, Edge.Kind.SUCCESS, Edge.NO_BRANCH),
            new Edge(1, 5, Edge.Kind.SUCCESS, Edge.NO_BRANCH));
    assertThat(node(nodes, "small").onError()).isEqualTo(new OnError.GoOn(null));
    assertThat(node(nodes, "mend").onError()).isEqualTo(new OnError.GoOn(Map.of("ok", false)));
    assertThat(node(nodes, "last").join()).isEqualTo(new Join.Some(1));
    assertThat(((Work.Switch) node(nodes, "choose").work()).hasDefault()).isTrue();
    assertThat(node(nodes, "last").when()).isNotNull();
  }

  @Test
  void read_everyWorkAndOption_isInThePlan() {
    Map<String, PlanNode> nodes =
        byName(
            plan("""
            nodes:
              a:
                type: echo
                retry: {maxAttempts: 5, initialDelay: 2s}
                timeout: 10m
                priority: high
                pool: io
                cache: key
              b: {workflow: other, with: {x: 1}}
              c: {signal: {options: [yes, no], timeout: 1h, default: "no"}}
              d: {until: 2030-01-31T08:00:00+01:00}
              e: {needs: a, transform: {t: "${nodes.a.output}"}}
              f:
                type: echo
                while:
                  condition: loop.round < 3 && loop.sum < 10
                  max: 7
                  carry: {sum: {start: 0, next: "${loop.sum + output.n}"}}
                with: "${loop.sum}"
              g: {sleep: 90}
            """)
                .main());
    PlanNode a = node(nodes, "a");
    assertThat(a.options().priority()).isEqualTo(Priority.HIGH);
    assertThat(a.options().timeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(a.options().pool()).isEqualTo("io");
    assertThat(a.options().cache()).isEqualTo("key");
    assertThat(a.options().retry()).extracting(r -> r == null ? 0 : r.maxAttempts()).isEqualTo(5);
    assertThat(((Work.SubRun) node(nodes, "b").work()).workflow()).isEqualTo("other");
    assertThat(node(nodes, "c").work())
        .isEqualTo(
            new Work.Signal(List.of("yes", "no"), Duration.ofHours(1), new Work.Fallback("no")));
    assertThat(node(nodes, "d").work()).isInstanceOf(Work.Until.class);
    assertThat(node(nodes, "e").in()).isEqualTo(1);
    Work.While loop = (Work.While) node(nodes, "f").work();
    assertThat(loop.maxRounds()).isEqualTo(7);
    assertThat(loop.carried()).containsOnlyKeys("sum");
    assertThat(node(nodes, "g").work()).isInstanceOf(Work.Sleep.class);
  }

  @Test
  void read_compensation_readsEveryNodeOfMain() {
    Plan plan =
        plan(
            """
            nodes: {a: {type: echo}, b: {type: echo}}
            onFailure:
              c: {transform: "${nodes.a.error}"}
              d: {needs: [c], transform: "${[nodes.b.state, nodes.c.output]}"}
            output: "${nodes.b.output}"
            """);
    assertThat(plan.compensation().order()).containsExactly(0, 1);
  }

  /** A chain whose nodes also read far back, and one node that waits for all of them. */
  @Test
  void read_tenThousandNodes_areCompiled() {
    StringBuilder text = new StringBuilder("nodes:\n  n0: {type: echo}\n");
    StringBuilder all = new StringBuilder("n0");
    for (int i = 1; i < 9_999; i++) {
      text.append(
          "  n%d: {needs: [n%d], type: echo, with: \"${nodes.n%d.output}\"}\n"
              .formatted(i, i - 1, i / 2));
      all.append(", n").append(i);
    }
    text.append("  last: {needs: [").append(all).append("], join: 5000, type: echo}\n");
    Graph graph = plan(text.toString()).main();
    assertThat(graph.nodes()).hasSize(10_000);
    assertThat(graph.order()).hasSize(10_000).startsWith(0, 1, 2).endsWith(9_998, 9_999);
    assertThat(graph.nodes().getLast().in()).isEqualTo(9_999);
  }

  /** Of random graphs each is compiled so that every edge leads to a later node in the order. */
  @Test
  void read_randomGraphs_keepTheirOrder() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      Graph graph = plan(randomDefinition(random)).main();
      int[] place = new int[graph.nodes().size()];
      for (int i = 0; i < place.length; i++) {
        place[graph.order().get(i)] = i;
      }
      int[] in = new int[place.length];
      for (PlanNode node : graph.nodes()) {
        for (Edge edge : node.out()) {
          assertThat(place[edge.from()]).isLessThan(place[edge.to()]);
          assertThat(edge.from()).isEqualTo(node.index());
          in[edge.to()]++;
        }
      }
      assertThat(graph.nodes()).allMatch(node -> node.in() == in[node.index()]);
    }
  }

  private static String randomDefinition(Random random) {
    int size = 1 + random.nextInt(12);
    StringBuilder text = new StringBuilder("nodes:\n");
    for (int i = size - 1; i >= 0; i--) {
      List<String> needs = new ArrayList<>();
      for (int other = 0; other < i; other++) {
        if (random.nextInt(3) == 0) {
          needs.add("n" + other);
        }
      }
      String value = needs.isEmpty() ? "1" : "\"${nodes." + needs.getFirst() + ".output}\"";
      String join = needs.isEmpty() ? "" : ", join: " + (1 + random.nextInt(needs.size()));
      String goTo =
          i < size - 1 && random.nextBoolean() ? ", onError: {goto: n" + (i + 1) + "}" : "";
      text.append(
          "  n%d: {needs: %s, transform: %s%s%s}\n"
              .formatted(i, needs.isEmpty() ? "[x]" : needs, value, join, goTo));
    }
    return text.toString().replace("needs: [x], ", "");
  }

  private static PlanNode node(Map<String, PlanNode> nodes, String name) {
    return Objects.requireNonNull(nodes.get(name));
  }

  private static Map<String, PlanNode> byName(Graph graph) {
    Map<String, PlanNode> nodes = new HashMap<>();
    graph.nodes().forEach(node -> nodes.put(node.name(), node));
    return nodes;
  }

  static String example() throws IOException {
    String page = Files.readString(Path.of("../docs/workflows.md"));
    int start = page.indexOf("```yaml") + "```yaml\n".length();
    return page.substring(start, page.indexOf("```", start));
  }

  private static Plan plan(String text) {
    return good(text).plan();
  }

  static Definition.Good good(String text) {
    return good(text, null);
  }

  static Definition.Good good(String text, @Nullable Catalogue catalogue) {
    Definition read = Definitions.read("w", text.getBytes(UTF_8), catalogue);
    assertThat(read).isInstanceOf(Definition.Good.class);
    return (Definition.Good) read;
  }
}
