package io.millrace.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of {@code dataset.profile} jobs: one row per job, one per column. Give it a data
 * source that hands out the connection of the caller's transaction, so that a checkpoint commits
 * with the chunk it belongs to. Order of locks: the job's row, then its columns by number.
 */
public final class ProfileCheckpointStore {
  private static final String CLAIM =
      """
      insert into profile_checkpoint as c (job_id, attempt) values (?, ?)
      on conflict (job_id) do update set attempt = excluded.attempt, updated_at = now()
      where c.attempt <= excluded.attempt
      returning state
      """;
  private static final String COLUMNS =
      "select state from profile_checkpoint_column where job_id = ? order by column_no";
  private static final String SAVE =
      """
      update profile_checkpoint set state = ?, updated_at = now()
      where job_id = ? and attempt = ?
      """;
  private static final String SAVE_COLUMN =
      """
      insert into profile_checkpoint_column (job_id, column_no, state) values (?, ?, ?)
      on conflict (job_id, column_no) do update set state = excluded.state
      """;
  private static final String DELETE =
      "delete from profile_checkpoint where job_id = ? and attempt <= ?";
  private static final String TRIM =
      """
      delete from profile_checkpoint where job_id in (
        select job_id from profile_checkpoint
        where updated_at < now() - make_interval(secs => ?)
        order by job_id limit ? for update skip locked)
      """;

  private final DataSource dataSource;

  public ProfileCheckpointStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * What a claim found.
   *
   * @param granted false when a newer attempt holds the job
   * @param state the last committed state, null when there is none
   */
  public record Claim(boolean granted, byte @Nullable [] state) {}

  /**
   * Makes an attempt the only writer of a job's checkpoint, from now on. Inserts or updates one row
   * by primary key and locks it.
   */
  public Claim claim(UUID jobId, int attempt) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setObject(1, jobId);
      statement.setInt(2, attempt);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? new Claim(true, rows.getBytes(1)) : new Claim(false, null);
      }
    }
  }

  /** The columns' states in order of their numbers, from 0. Reads the primary key's range. */
  public List<byte[]> columns(UUID jobId) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setObject(1, jobId);
      List<byte[]> states = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          states.add(rows.getBytes(1));
        }
      }
      return states;
    }
  }

  /**
   * Saves the job's row if the attempt still holds it. Updates one row by primary key and keeps it
   * locked to the end of the transaction, so that a later attempt cannot claim in between.
   *
   * @return false when another attempt has taken over: save nothing more, roll back
   */
  public boolean save(UUID jobId, int attempt, byte[] state) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(SAVE)) {
      statement.setBytes(1, state);
      statement.setObject(2, jobId);
      statement.setInt(3, attempt);
      return statement.executeUpdate() == 1;
    }
  }

  /**
   * Saves the columns' states, one JDBC batch; call it after {@link #save} in the same transaction.
   * Inserts or updates by primary key, in order of column numbers.
   */
  public void saveColumns(UUID jobId, List<byte[]> states) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(SAVE_COLUMN)) {
      for (int column = 0; column < states.size(); column++) {
        statement.setObject(1, jobId);
        statement.setInt(2, column);
        statement.setBytes(3, states.get(column));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /**
   * Deletes a job's checkpoint unless a newer attempt holds it. By primary key; the columns go by
   * the foreign key's cascade, over their primary key.
   *
   * @return whether there was one to delete
   */
  public boolean delete(UUID jobId, int attempt) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(DELETE)) {
      statement.setObject(1, jobId);
      statement.setInt(2, attempt);
      return statement.executeUpdate() == 1;
    }
  }

  /**
   * Deletes checkpoints nobody has written for a time: what jobs left behind that ran out of
   * attempts. Uses {@code profile_checkpoint_updated_at_idx}; rows locked by a worker are skipped.
   *
   * @param idle at least this long without a write
   * @param limit most jobs deleted by one call
   * @return how many were deleted
   */
  public int trim(Duration idle, int limit) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(TRIM)) {
      statement.setDouble(1, idle.toMillis() / 1000.0);
      statement.setInt(2, limit);
      return statement.executeUpdate();
    }
  }
}
