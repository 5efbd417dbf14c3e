package io.millrace.workflow.definition;

import io.millrace.document.Faults;
import io.millrace.workflow.plan.Graph;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Connects the nodes of both maps, each with its own. */
final class Wiring {
  private final Faults faults;
  private final GraphBuilder main;
  private final GraphBuilder compensation;

  Wiring(List<Draft> main, List<Draft> compensation, Faults faults) {
    this.faults = faults;
    Set<String> first = names(main);
    Set<String> second = names(compensation);
    this.main =
        new GraphBuilder(
            main, name -> elsewhere(name, first, second, IN_COMPENSATION), Set.of(), faults);
    this.compensation =
        new GraphBuilder(
            compensation, name -> elsewhere(name, second, first, IN_MAIN), first, faults);
  }

  private static final String IN_COMPENSATION =
      " is a node of onFailure, which begins when the others have ended";
  private static final String IN_MAIN =
      " is a node of nodes, which have all ended when onFailure begins; expressions may read it";

  private static Set<String> names(List<Draft> drafts) {
    return drafts.stream().map(Draft::name).collect(Collectors.toSet());
  }

  private static String elsewhere(
      String name, Set<String> here, Set<String> there, String inTheOther) {
    return there.contains(name)
        ? name + inTheOther
        : "there is no node " + DefinitionReader.shown(name) + DefinitionReader.near(name, here);
  }

  /** What a run does; null when it has faults. */
  @Nullable Graph main() {
    return main.build();
  }

  /** What follows its failure; null when it has faults. */
  @Nullable Graph compensation() {
    return compensation.build();
  }

  /** Says which of the names that the run's output reads are no nodes of it. */
  void checkOutput(Set<String> names) {
    names.stream()
        .filter(name -> !main.has(name))
        .forEach(name -> faults.add("#/output", main.unknown(name)));
  }
}
