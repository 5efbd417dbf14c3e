package io.millrace.api.control;

import io.millrace.model.DeadLetterFilter;
import io.millrace.model.Replay;
import io.millrace.runtime.Ids;
import io.millrace.store.ReplayStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Replays of dead letters. They are written down here; the workers' upkeep carries them on, see
 * {@link ReplayStore#step}. Thread-safe.
 */
public final class Replays {
  private final ReplayStore replays;
  private final Ids ids;

  public Replays(ReplayStore replays, Ids ids) {
    this.replays = replays;
    this.ids = ids;
  }

  /**
   * Starts a replay of all that fits a filter by now.
   *
   * @param payload a JSON document that fits the filter's type, or null
   * @param rate most jobs a second, or null
   */
  public Replay start(
      String tenant, DeadLetterFilter filter, @Nullable String payload, @Nullable Integer rate) {
    return replays.create(tenant, ids.next(), filter, payload, rate);
  }

  /**
   * Starts a replay of jobs by name.
   *
   * @param jobs each once
   * @param refused those that are skipped from the start, and why
   */
  public Replay start(
      String tenant,
      List<UUID> jobs,
      Map<UUID, String> refused,
      @Nullable String payload,
      @Nullable Integer rate) {
    return replays.create(tenant, ids.next(), jobs, refused, payload, rate);
  }

  /** A replay of the tenant. */
  public Optional<Replay> find(String tenant, UUID id) {
    return replays.find(tenant, id);
  }

  /** The latest of the tenant, the newest first. */
  public List<Replay> latest(String tenant, int limit) {
    return replays.latest(tenant, limit);
  }

  /** Items in order of job id; see {@link ReplayStore#items}. */
  public ReplayStore.Items items(
      UUID id, Replay.@Nullable ItemState state, @Nullable UUID after, int limit) {
    return replays.items(id, state, after, limit);
  }

  /**
   * Pauses, resumes or cancels a replay that has not ended.
   *
   * @return the replay as it is then, moved or not
   */
  public Optional<Replay> move(String tenant, UUID id, Replay.State to) {
    return replays.move(tenant, id, to);
  }
}
