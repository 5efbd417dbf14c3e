package io.millrace.api.run;

import io.millrace.api.admission.KnownTypes;
import io.millrace.document.FieldError;
import io.millrace.document.Names;
import io.millrace.document.NearName;
import io.millrace.model.NewRun;
import io.millrace.model.RunView;
import io.millrace.model.WorkflowVersion;
import io.millrace.runtime.Ids;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.definition.DefinitionDiff;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.engine.RunSeeding;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.run.Advance;
import io.millrace.workflow.run.RunPhase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks what somebody wants to run again, or says everything that is wrong with it. Thread-safe.
 */
public final class RerunAdmission {
  private static final int MOST_NAMED = 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final WorkflowStore workflows;
  private final Plans plans;
  private final KnownTypes types;
  private final RunInputs inputs = new RunInputs();
  private final Ids ids;

  public RerunAdmission(WorkflowStore workflows, Plans plans, KnownTypes types, Ids ids) {
    this.workflows = workflows;
    this.plans = plans;
    this.types = types;
    this.ids = ids;
  }

  /**
   * What somebody asks for.
   *
   * @param from the name of the node to begin at
   * @param version {@code latest}, a hash or a number; null takes that of the earlier run
   * @param input null takes that of the earlier run
   */
  public record Request(String from, @Nullable String version, @Nullable JsonNode input) {}

  /** What became of a request. */
  public sealed interface Verdict {
    /**
     * It may be stored.
     *
     * @param pools that its first job goes to
     */
    record Admitted(NewRun run, RunView source, RunSeeding seeding, Set<String> pools)
        implements Verdict {}

    /** There is no such version of the workflow. */
    record NoVersion(String version) implements Verdict {}

    /** Something in it is wrong. */
    record Refused(List<FieldError> errors) implements Verdict {}

    /** It cannot be done now. */
    record NotNow(String why) implements Verdict {}
  }

  /** Checks a request. */
  public Verdict admit(RunView source, Request request, @Nullable String traceparent)
      throws SQLException {
    if (!RunPhase.valueOf(source.state()).isFinal()) {
      return new Verdict.NotNow(
          "the run is %s; only from one that has ended can another take over: wait, or cancel it"
              .formatted(source.state()));
    }
    Optional<String> version = version(source, request.version());
    if (version.isEmpty()) {
      return new Verdict.NoVersion(String.valueOf(request.version()));
    }
    Optional<Advance> before = plan(source, source.version());
    Optional<Advance> target = plan(source, version.get());
    if (before.isEmpty() || target.isEmpty()) {
      return new Verdict.NotNow(
          "the definition of version %s is gone"
              .formatted(before.isEmpty() ? source.version() : version.get()));
    }
    return admit(source, request, before.get(), target.get(), traceparent);
  }

  private Verdict admit(
      RunView source, Request request, Advance before, Advance target, @Nullable String traceparent)
      throws SQLException {
    UUID id = ids.next();
    JsonNode given = request.input();
    JsonNode input = given == null ? JSON.readTree(source.input()) : given;
    List<FieldError> errors = new ArrayList<>(inputs.faults(input));
    if (errors.isEmpty()) {
      errors.addAll(inputs.faults(target.plan(), source.tenant(), id, input));
    }
    OptionalInt from = main(target, request.from());
    if (from.isEmpty()) {
      errors.add(new FieldError("#/from", noNode(target, request.from())));
    }
    if (!errors.isEmpty()) {
      return new Verdict.Refused(errors);
    }
    NewRun run =
        new NewRun(
            id,
            source.tenant(),
            source.workflow(),
            target.plan().version(),
            input.toString(),
            source.labels(),
            traceparent,
            0,
            null);
    int first = from.getAsInt();
    Set<Integer> changed = changed(source, before, target);
    return new Verdict.Admitted(
        run,
        source,
        new RunSeeding(before, target, first, changed),
        FirstPools.of(List.of(target.numbers().node(first)), types));
  }

  private Optional<String> version(RunView source, @Nullable String asked) throws SQLException {
    if (asked == null) {
      return Optional.of(source.version());
    }
    Optional<WorkflowVersion> found =
        asked.equals("latest")
            ? workflows.find(source.tenant(), source.workflow())
            : asked.matches("[1-9][0-9]{0,8}")
                ? workflows.find(source.tenant(), source.workflow(), Integer.parseInt(asked))
                : workflows.find(source.tenant(), source.workflow(), asked);
    return found.map(WorkflowVersion::version);
  }

  private Optional<Advance> plan(RunView source, String version) throws SQLException {
    return plans.of(source.workflow(), version, () -> definition(source, version));
  }

  private Optional<String> definition(RunView source, String version) throws SQLException {
    return workflows.definition(source.tenant(), source.workflow(), version);
  }

  /** The nodes of the later version that the earlier one does not have in the same form. */
  private Set<Integer> changed(RunView source, Advance before, Advance target) throws SQLException {
    String earlier = before.plan().version();
    String later = target.plan().version();
    if (earlier.equals(later)) {
      return Set.of();
    }
    DefinitionDiff diff =
        DefinitionDiff.of(
            JSON.readTree(definition(source, earlier).orElse("{}")),
            JSON.readTree(definition(source, later).orElse("{}")));
    Set<Integer> changed = new HashSet<>();
    Stream.concat(diff.added().stream(), diff.changed().keySet().stream())
        .forEach(name -> main(target, name).ifPresent(changed::add));
    return changed;
  }

  private static OptionalInt main(Advance plan, String name) {
    OptionalInt number = plan.numbers().number(name);
    return number.isPresent() && number.getAsInt() < plan.plan().main().nodes().size()
        ? number
        : OptionalInt.empty();
  }

  private static String noNode(Advance plan, String name) {
    String shown = Names.shown(name);
    if (plan.numbers().number(name).isPresent()) {
      return shown + " is a node of onFailure, which begins by itself; give one of nodes";
    }
    String whole = name.split("[^A-Za-z0-9_]", 2)[0];
    if (!whole.equals(name) && main(plan, whole).isPresent()) {
      return "%s is no node; a node runs again with all its elements and rounds: give %s"
          .formatted(shown, whole);
    }
    Set<String> names =
        plan.plan().main().nodes().stream().map(PlanNode::name).collect(Collectors.toSet());
    return NearName.of(name, names)
        .map(near -> "there is no node %s; did you mean %s?".formatted(shown, near))
        .orElseGet(
            () ->
                "there is no node %s; there are %s%s"
                    .formatted(
                        shown,
                        plan.plan().main().nodes().stream()
                            .limit(MOST_NAMED)
                            .map(PlanNode::name)
                            .collect(Collectors.joining(", ")),
                        names.size() > MOST_NAMED ? " and more" : ""));
  }
}
