package io.millrace.ops.workflow;

import io.millrace.document.Faults;
import io.millrace.document.Fields;
import io.millrace.document.Names;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.source.Place;
import io.millrace.workflow.source.SourceText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads cases, a list of objects, and notes all that is wrong with them. */
final class CasesReader {
  /** When the virtual clock starts where a case does not say. */
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final Set<String> FIELDS =
      Set.of("name", "input", "startAt", "nodes", "signals", "actions", "expect");
  private static final int MAX_CASES = 10_000;

  private final SourceText source;
  private final Faults faults;
  private final MockReader mocks;
  private final ActionReader actions;
  private final ExpectationReader expectations;
  private final Set<String> seen = new HashSet<>();

  CasesReader(Plan plan, SourceText source, Faults faults) {
    this.source = source;
    this.faults = faults;
    NodeNames names = new NodeNames(plan);
    mocks = new MockReader(names);
    actions = new ActionReader(names);
    expectations = new ExpectationReader(names);
  }

  List<TestCase> read() {
    JsonNode list = source.tree();
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_CASES) {
      faults.add("#", "cases are a list, of 1 to " + MAX_CASES + " objects with name and expect");
      return List.of();
    }
    Set<String> pointers =
        IntStream.range(0, list.size()).mapToObj(i -> "#/" + i).collect(Collectors.toSet());
    Map<String, Place> places = source.places(pointers);
    List<TestCase> cases = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String at = "#/" + i;
      if (list.get(i).isObject()) {
        int line = places.getOrDefault(at, new Place(0, 0)).line();
        read(new Fields(list.get(i), at, faults), line).ifPresent(cases::add);
      } else {
        faults.add(at, "a case is an object with name and expect");
      }
    }
    return cases;
  }

  private Optional<TestCase> read(Fields test, int line) {
    test.allow(FIELDS);
    Optional<String> name = name(test);
    JsonNode input = test.object().get("input");
    Optional<Instant> startAt = test.instant("startAt");
    Map<String, Mock> mocked = mocks.read(test);
    Map<String, TestCase.Signal> signals = actions.signals(test);
    List<TestCase.Action> done = actions.actions(test);
    Optional<Expectation> expected = expectations.read(test);
    if (name.isEmpty() || expected.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TestCase(
            name.get(),
            line,
            input == null ? JsonNodeFactory.instance.objectNode() : input,
            startAt.orElse(START),
            mocked,
            signals,
            done,
            expected.get()));
  }

  private Optional<String> name(Fields test) {
    if (!test.has("name")) {
      test.fault("name", "name is missing; it says what the case shows");
    }
    Optional<String> name = test.text("name").map(Names::shown);
    if (name.isPresent() && (name.get().isBlank() || !seen.add(name.get()))) {
      test.fault("name", "each case has a name of its own");
    }
    return name;
  }
}
