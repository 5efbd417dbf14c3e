package io.millrace.workflow.run;

import static io.millrace.workflow.run.Sketch.field;
import static io.millrace.workflow.run.Sketch.job;

import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Scope;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Sketch.Code;
import io.millrace.workflow.run.Sketch.NodeSketch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Draws plans. A node whose join takes the first that come reads no other nodes, because what they
 * are by then depends on chance; all others read the nodes right before them.
 */
final class RandomWorlds {
  private final Random random;
  private final Map<String, Integer> failing = new HashMap<>();

  /** How many of 100 nodes have something that may fail the run. */
  private final int dangerous;

  RandomWorlds(Random random) {
    this.random = random;
    this.dangerous = random.nextBoolean() ? 0 : 15;
  }

  World draw() {
    NodeSketch[] main = nodes("n", 1 + random.nextInt(12));
    NodeSketch[] compensation = nodes("c", random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0);
    Sketch sketch = Sketch.of(main).onFailure(compensation).output(all(main));
    if (chance(30)) {
      sketch.timeout(Duration.ofHours(1));
    }
    World world = new World(sketch.plan());
    world.failing.putAll(failing);
    return world;
  }

  private boolean chance(int of100) {
    return random.nextInt(100) < of100;
  }

  private Code all(NodeSketch[] nodes) {
    List<String> names = new ArrayList<>();
    for (NodeSketch node : nodes) {
      names.add(node.name);
    }
    return chance(dangerous / 3) ? Sketch.broken() : new Code(Set.copyOf(names), new Mix(names, 0));
  }

  private NodeSketch[] nodes(String prefix, int count) {
    List<NodeSketch> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(node(prefix + i, nodes));
    }
    return nodes.toArray(NodeSketch[]::new);
  }

  private NodeSketch node(String name, List<NodeSketch> before) {
    Set<String> readable = new HashSet<>();
    NodeSketch node = new NodeSketch(name, job(Sketch.value(null)));
    int ways = 0;
    if (!before.isEmpty()) {
      ways += needs(node, before, readable) + caseOf(name, before, readable);
      ways += goneTo(name, before, readable);
    }
    if (ways > 1 && chance(30)) {
      node.some(1 + random.nextInt(ways));
      readable.clear();
    }
    List<String> reads = List.copyOf(readable);
    node.work = work(name, reads, node);
    if (chance(25)) {
      node.when(condition(reads));
    }
    onError(node);
    return node;
  }

  private int needs(NodeSketch node, List<NodeSketch> before, Set<String> readable) {
    Set<String> names = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      names.add(before.get(random.nextInt(before.size())).name);
    }
    readable.addAll(names);
    node.needs(names.toArray(String[]::new));
    return names.size();
  }

  private int caseOf(String name, List<NodeSketch> before, Set<String> readable) {
    int ways = 0;
    for (NodeSketch origin : before) {
      if (!origin.cases.isEmpty() && chance(60)) {
        origin.cases.get(random.nextInt(origin.cases.size())).add(name);
        readable.add(origin.name);
        ways++;
      }
    }
    return ways;
  }

  private int goneTo(String name, List<NodeSketch> before, Set<String> readable) {
    NodeSketch origin = before.get(random.nextInt(before.size()));
    if (origin.target != null || !chance(25)) {
      return 0;
    }
    origin.goTo(name);
    failing.putIfAbsent(origin.name, 40);
    readable.add(origin.name);
    return 1;
  }

  private void onError(NodeSketch node) {
    int risk = random.nextInt(100);
    if (risk < 15) {
      node.goOn("spare");
      failing.put(node.name, 40);
    } else if (risk < 15 + dangerous) {
      failing.put(node.name, 30);
    }
  }

  private Work work(String name, List<String> reads, NodeSketch node) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> new Work.Transform(value(reads));
      case 2, 3 -> forEach(reads);
      case 4 -> loop(reads);
      case 5 -> signal(name);
      case 6 -> new Work.Sleep(Sketch.value("5s"));
      case 7, 8 -> choice(reads, node);
      case 9 -> new Work.SubRun("child", value(reads));
      default -> job(value(reads));
    };
  }

  private Work.Switch choice(List<String> reads, NodeSketch node) {
    boolean hasDefault = chance(dangerous == 0 ? 100 : 70);
    List<List<String>> cases = new ArrayList<>();
    for (int i = hasDefault ? 3 : 2; i > 0; i--) {
      cases.add(new ArrayList<>());
    }
    node.cases = cases;
    return new Work.Switch(List.of(condition(reads), condition(reads)), hasDefault);
  }

  private Work.Signal signal(String name) {
    failing.put(name, chance(30) ? 50 : 0);
    Work.Fallback fallback = dangerous == 0 || chance(50) ? new Work.Fallback("late") : null;
    return new Work.Signal(List.of(), Duration.ofHours(1), fallback);
  }

  private Work.ForEach forEach(List<String> reads) {
    int width = random.nextInt(8);
    Mix mix = new Mix(reads, random.nextInt());
    Code items =
        new Code(
            Set.copyOf(reads),
            scope -> {
              List<Object> list = new ArrayList<>();
              for (int i = 0; i < width; i++) {
                list.add(World.hash(mix.of(scope), i));
              }
              return list;
            });
    Code payload =
        chance(dangerous / 5)
            ? Sketch.broken()
            : new Code(Set.of(), scope -> scope.variable("item") + "@" + scope.variable("index"));
    Work.Tolerance tolerance =
        chance(50)
            ? new Work.Tolerance(random.nextInt(3), 1.0)
            : new Work.Tolerance(width, random.nextInt(100) / 100.0);
    int concurrency = 1 + random.nextInt(4);
    int batch = chance(70) ? 1 : 1 + random.nextInt(3);
    return new Work.ForEach(items, "item", concurrency, batch, tolerance, job(payload));
  }

  private Work.While loop(List<String> reads) {
    int rounds = random.nextInt(4);
    int max = dangerous == 0 ? 5 : 1 + random.nextInt(5);
    Code condition =
        new Code(
            Set.of(),
            scope ->
                scope.variable("loop") instanceof Map<?, ?> loop
                    && loop.get("round") instanceof Long round
                    && round <= rounds);
    Code next =
        new Code(Set.of(), scope -> World.hash(scope.variable("loop"), scope.variable("output")));
    Code payload =
        new Code(Set.of(), scope -> String.valueOf(Objects.hashCode(scope.variable("loop"))));
    return new Work.While(
        condition, max, Map.of("sum", new Work.Carried(value(reads), next)), job(payload));
  }

  private Code condition(List<String> reads) {
    int kind = random.nextInt(10);
    if (kind == 0 && chance(dangerous)) {
      return Sketch.broken();
    }
    if (reads.isEmpty() || kind < 5) {
      return Sketch.value(kind < 6);
    }
    String read = reads.get(random.nextInt(reads.size()));
    return kind < 8
        ? new Code(Set.of(read), scope -> "SUCCEEDED".equals(field(scope, read, "state")))
        : new Code(
            Set.of(read),
            scope -> World.hash(String.valueOf(field(scope, read, "output"))) % 2 == 0);
  }

  private Code value(List<String> reads) {
    return chance(dangerous / 5)
        ? Sketch.broken()
        : new Code(Set.copyOf(reads), new Mix(reads, random.nextInt()));
  }

  /** A number made of all that can be read of some nodes. */
  private record Mix(List<String> reads, int salt) implements Sketch.Reading {
    @Override
    public @Nullable Object of(Scope scope) throws ExpressionException {
      long mixed = salt;
      for (String read : reads) {
        mixed =
            World.hash(
                mixed,
                read,
                field(scope, read, "state"),
                String.valueOf(field(scope, read, "output")),
                field(scope, read, "error") == null);
      }
      return mixed;
    }
  }
}
