package io.millrace.workflow.engine;

import io.millrace.store.RunAdvanceStore.LockedRun;
import io.millrace.store.RunReads;
import io.millrace.store.RunRerunStore.Copy;
import io.millrace.store.RunRerunStore.Seed;
import io.millrace.store.RunRerunStore.Seeding;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Advance;
import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.Rerun;
import io.millrace.workflow.run.Rerun.Beginning;
import io.millrace.workflow.run.RunPhase;
import io.millrace.workflow.run.RunState;
import io.millrace.workflow.run.RunStateCodec;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a new run takes over from one that has ended.
 *
 * @param source the plan of that one
 * @param target the plan of the new one
 * @param from the number of the node in the target that runs again, with all behind it
 * @param changed numbers of nodes in the target that are not what they were; they run again too
 */
public record RunSeeding(Advance source, Advance target, int from, Set<Integer> changed)
    implements Seeding {
  @Override
  public Seed seed(LockedRun run, RunReads reads) throws SQLException {
    RunPhase phase = RunPhase.valueOf(run.state());
    if (!phase.isFinal()) {
      return new Seed.Refused("the run goes on: it is " + phase);
    }
    byte[] progress = run.progress();
    RunState before =
        progress == null || progress.length == 0
            ? source.fresh()
            : RunStateCodec.decode(source.numbers(), progress);
    Set<Integer> again = new HashSet<>(changed);
    again.add(from);
    Beginning beginning;
    try {
      beginning =
          Rerun.of(target, again, source, before, new RunOutputs(run, source.numbers(), reads));
    } catch (RunOutputs.ReadFailedException e) {
      throw e.reason();
    }
    if (beginning.state().node(from) == NodeState.SKIPPED) {
      return new Seed.Refused(
          "no way led to node %s in that run; begin at a node before it"
              .formatted(target.numbers().node(from).name()));
    }
    return taken(beginning);
  }

  private Seed taken(Beginning beginning) {
    BitSet reused = new BitSet();
    List<Copy> copies = new ArrayList<>();
    beginning
        .reused()
        .forEach(
            (node, earlier) -> {
              reused.set(node);
              copies.add(copy(node, earlier, beginning.state().node(node)));
            });
    return new Seed.Taken(RunStateCodec.encode(beginning.state()), reused.toByteArray(), copies);
  }

  private Copy copy(int node, int earlier, NodeState how) {
    if (how != NodeState.SUCCEEDED) {
      return new Copy(node, earlier, Copy.Tasks.NONE);
    }
    return new Copy(
        node,
        earlier,
        switch (target.numbers().node(node).work()) {
          case Work.Task task -> Copy.Tasks.LAST;
          case Work.While rounds -> Copy.Tasks.LAST;
          case Work.ForEach tasks -> Copy.Tasks.ALL;
          case Work.Signal signal -> Copy.Tasks.NONE;
          case Work.Sleep sleep -> Copy.Tasks.NONE;
          case Work.Until until -> Copy.Tasks.NONE;
          case Work.Switch choice -> Copy.Tasks.NONE;
          case Work.Transform value -> Copy.Tasks.NONE;
        });
  }
}
