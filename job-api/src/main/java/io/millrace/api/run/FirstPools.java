package io.millrace.api.run;

import io.millrace.api.admission.KnownTypes;
import io.millrace.model.JobType;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which pools the jobs of nodes go to, as far as this process knows the types. */
final class FirstPools {
  private FirstPools() {}

  /** The pools; none of nodes that are no jobs. */
  static Set<String> of(Collection<PlanNode> nodes, KnownTypes types) {
    Set<String> pools = new TreeSet<>();
    for (PlanNode node : nodes) {
      Optional<String> type = type(node.work());
      String own = node.options().pool();
      if (type.isPresent()) {
        Optional.ofNullable(own)
            .or(() -> types.find(type.get()).map(JobType::pool))
            .ifPresent(pools::add);
      }
    }
    return pools;
  }

  private static Optional<String> type(Work work) {
    return switch (work) {
      case Work.Call call -> Optional.of(call.type());
      case Work.ForEach tasks -> type(tasks.task());
      case Work.While rounds -> type(rounds.task());
      case Work.SubRun run -> Optional.empty();
      case Work.Signal signal -> Optional.empty();
      case Work.Sleep sleep -> Optional.empty();
      case Work.Until until -> Optional.empty();
      case Work.Switch choice -> Optional.empty();
      case Work.Transform value -> Optional.empty();
    };
  }
}
