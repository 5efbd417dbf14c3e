package io.millrace.workers.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.LocalStack;
import io.millrace.local.SharedLocalStack;
import io.millrace.model.NewRun;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import io.millrace.store.Database;
import io.millrace.store.PartitionStore;
import io.millrace.store.RunAdvanceStore;
import io.millrace.store.RunNewsStore;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.engine.CompiledPlan;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.engine.RunDecisions;
import io.millrace.workflow.engine.TaskMaker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What listeners hear of a run: which of their methods, of which node, in which order. */
class ListeningIT {
  private static final String DEFINITION =
      """
      {"nodes": {
        "good": {"transform": 1},
        "bad": {"needs": ["good"], "transform": "${nodes.good.output / 0}", "onError": "continue"},
        "not": {"needs": ["good"], "when": "false", "transform": 1}}}""";

  private final Ids ids = new Ids();
  private final List<String> heard = new ArrayList<>();

  private final class Hearing implements RunListener {
    private final String name;

    Hearing(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void onRunStart(RunNotice notice, Transaction transaction) {
      heard.add("start " + notice.state());
    }

    @Override
    public void onRunSuccess(RunNotice notice, Transaction transaction) {
      heard.add("success " + notice.state());
    }

    @Override
    public void onRunError(RunNotice notice, Transaction transaction) {
      heard.add("error " + notice.state());
    }

    @Override
    public void onRunEnd(RunNotice notice, Transaction transaction) {
      heard.add("end " + notice.state() + " of " + notice.workflow());
    }

    @Override
    public void onNodeStart(RunNotice notice, Transaction transaction) {
      heard.add(notice.node() + " starts");
    }

    @Override
    public void onNodeSuccess(RunNotice notice, Transaction transaction) {
      heard.add(notice.node() + " succeeds");
    }

    @Override
    public void onNodeError(RunNotice notice, Transaction transaction) {
      heard.add(notice.node() + " fails");
    }

    @Override
    public void onNodeEnd(RunNotice notice, Transaction transaction) {
      heard.add(notice.node() + " ends " + notice.state());
    }
  }

  @Test
  void run_fromStartToEnd_isHeardOnceAndInOrder() throws Exception {
    LocalStack stack = SharedLocalStack.get();
    try (Database database =
        Database.open(
            stack.jdbcUrl(), stack.username(), stack.password(), 5, Duration.ofSeconds(5))) {
      database.migrate();
      new PartitionStore(database).ensure();
      Plans plans = new Plans(CompiledPlan::of);
      Listening listening = listening(List.of(new Hearing("ears-" + ids.next())), database, plans);
      listening.run();
      ran(database, plans);
      listening.run();
      assertThat(heard)
          .containsExactly(
              "start OPEN",
              "good starts",
              "good succeeds",
              "good ends SUCCEEDED",
              "bad starts",
              "bad fails",
              "bad ends FAILED",
              "not ends SKIPPED",
              "success SUCCEEDED",
              "end SUCCEEDED of listened");
      listening.run();
      assertThat(heard).hasSize(10);
      new RunNewsStore(database).forget(Duration.ZERO);
      assertThatThrownBy(() -> listening(List.of(new Hearing("Ears")), database, plans))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Ears");
      List<RunListener> same = List.of(new Hearing("ears"), new Hearing("ears"));
      assertThatThrownBy(() -> listening(same, database, plans))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("two run listeners are named ears");
    }
  }

  private static Listening listening(List<RunListener> all, Database database, Plans plans) {
    return new Listening(
        all, new RunNewsStore(database), new WorkflowStore(database), plans, Time.SYSTEM);
  }

  private void ran(Database database, Plans plans) throws SQLException {
    String version = "0".repeat(64);
    new WorkflowStore(database).put("t", "listened", version, DEFINITION, 1_000, 1_000);
    UUID id = ids.next();
    new RunAdvanceStore(database)
        .start(
            List.of(new NewRun(id, "t", "listened", version, "{}", null, null, 0, null)),
            new RunDecisions(plans, new TaskMaker(ids)),
            job -> false,
            Duration.ZERO);
  }
}
