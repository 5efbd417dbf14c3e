package io.millrace.api.http;

import io.millrace.api.watch.JobLog;
import io.millrace.api.watch.Waiter;
import io.millrace.api.watch.WatchLoop;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Position;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a request waiting for its job, when the caller prefers that. The waiting is done by the
 * request's virtual thread, without a connection to the database.
 */
final class Waits {
  private static final Logger log = LoggerFactory.getLogger(Waits.class);

  /** An entity tag of a job begins with the number of its latest event. */
  private static final Pattern TAG = Pattern.compile("\\s*(?:W/)?\"([0-9]{1,9})[^0-9].*");

  private final WatchLoop loop;
  private final JobLog jobs;

  Waits(WatchLoop loop, JobLog jobs) {
    this.loop = loop;
    this.jobs = jobs;
  }

  /**
   * Waits for the end of a job that was just submitted, if the request prefers to.
   *
   * @return whether the job is final; false also when it was not waited for
   */
  boolean untilFinal(
      HttpServletRequest request, HttpServletResponse response, String tenant, UUID id) {
    OptionalInt seconds = Preferences.waitSeconds(request);
    if (seconds.isEmpty()) {
      return false;
    }
    Preferences.applied(response, seconds.getAsInt());
    return await(tenant, id, Integer.MAX_VALUE, seconds.getAsInt());
  }

  /**
   * Waits, if the request prefers to, for a change since the state that If-None-Match names, or
   * without one for the end of the job. Returns at once when the tenant has no such job.
   */
  void untilNews(HttpServletRequest request, HttpServletResponse response, String tenant, UUID id) {
    OptionalInt seconds = Preferences.waitSeconds(request);
    if (seconds.isEmpty()) {
      return;
    }
    int after = after(request.getHeader("If-None-Match"));
    Optional<Head> head = head(tenant, id);
    if (head.isEmpty()) {
      return;
    }
    Preferences.applied(response, seconds.getAsInt());
    if (!head.get().isFinal() && head.get().last() <= after) {
      await(tenant, id, after, seconds.getAsInt());
    }
  }

  /**
   * Waits until a job's log goes beyond a number or the job is final; the tenant has the job.
   *
   * @return whether that happened
   */
  boolean await(String tenant, UUID id, int after, int seconds) {
    try {
      return Waiter.await(loop, tenant, id, after, seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** How far a job's log goes; empty when the tenant has no such job. */
  Optional<Head> head(String tenant, UUID id) {
    try {
      return jobs.heads(List.of(new Position(tenant, id, 0))).stream().findFirst();
    } catch (SQLException e) {
      log.warn("request failed at the database job={} error={}", id, e.toString());
      throw Problems.databaseDown();
    }
  }

  private static int after(String ifNoneMatch) {
    if (ifNoneMatch == null) {
      return Integer.MAX_VALUE;
    }
    Matcher tag = TAG.matcher(ifNoneMatch);
    return tag.matches() ? Integer.parseInt(tag.group(1)) : Integer.MAX_VALUE;
  }
}
