package io.millrace.gate;

import io.millrace.store.BacklogStore.Held;
import io.millrace.store.BacklogStore.Share;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Deals the room of a queue out to the tenants that have a backlog, in equal shares; pure. */
final class Turns {
  /**
   * What a round takes.
   *
   * @param shares of rows of the backlog, each row at most once
   * @param lastTenant where the round ended: the next one begins with the tenant after it
   */
  record Round(List<Share> shares, String lastTenant) {}

  private Turns() {}

  /**
   * Shares {@code room} jobs out. Each tenant gets an equal part, rounded up, so that one with
   * little leaves the rest to the others; when the room is smaller than the number of tenants, the
   * first ones get one each and the next round goes on after them.
   *
   * @param held rows by tenant in their turn, oldest first within a tenant
   * @param room jobs to take at most, at least 1
   */
  static Round deal(List<Held> held, long room) {
    Map<String, List<Held>> open = new LinkedHashMap<>();
    held.forEach(row -> open.computeIfAbsent(row.tenant(), t -> new ArrayList<>()).add(row));
    Map<Long, Integer> taken = new LinkedHashMap<>();
    long left = room;
    String last = "";
    while (left > 0 && !open.isEmpty()) {
      long part = Math.max(1, left / open.size());
      var tenants = open.entrySet().iterator();
      while (left > 0 && tenants.hasNext()) {
        var tenant = tenants.next();
        long asked = Math.min(part, left);
        long got = take(tenant.getValue(), asked, taken);
        left -= got;
        if (got > 0) {
          last = tenant.getKey();
        }
        if (got < asked) {
          tenants.remove();
        }
      }
    }
    List<Share> shares = new ArrayList<>();
    taken.forEach((id, jobs) -> shares.add(new Share(id, jobs)));
    return new Round(shares, last);
  }

  private static long take(List<Held> rows, long most, Map<Long, Integer> taken) {
    long got = 0;
    for (Held row : rows) {
      int before = taken.getOrDefault(row.id(), 0);
      int more = (int) Math.min(row.jobs() - before, most - got);
      if (more > 0) {
        taken.put(row.id(), before + more);
        got += more;
      }
      if (got == most) {
        break;
      }
    }
    return got;
  }
}
