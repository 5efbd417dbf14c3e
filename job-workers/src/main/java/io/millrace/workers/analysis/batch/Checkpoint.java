package io.millrace.workers.analysis.batch;

import io.millrace.workers.analysis.profile.DatasetProfile;
import io.millrace.workers.analysis.read.DatasetFile;
import io.millrace.workers.analysis.read.Position;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A committed point: the profile of everything before a position.
 *
 * @param next where reading goes on
 */
record Checkpoint(Position next, DatasetProfile profile) {
  /** Raise it when the layout of a state or the size of a sketch changes. */
  private static final int VERSION = 1;

  /** The job's part of the saved state; the columns are saved by themselves. */
  byte[] state(DatasetFile file) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeLong(file.bytes());
      out.writeLong(file.modifiedMillis());
      out.writeLong(next.offset());
      out.writeLong(next.line());
      out.writeInt(profile.columnNames().size());
      out.write(profile.saveTotals());
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * What was saved, null if it is of no use: another version of this code wrote it, or the file has
   * changed since.
   */
  static @Nullable Checkpoint restore(
      byte[] state, Supplier<List<byte[]>> columns, DatasetFile file) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      if (in.readInt() != VERSION
          || in.readLong() != file.bytes()
          || in.readLong() != file.modifiedMillis()) {
        return null;
      }
      Position next = new Position(in.readLong(), in.readLong());
      int count = in.readInt();
      List<byte[]> states = columns.get();
      return states.size() < count
          ? null
          : new Checkpoint(
              next, DatasetProfile.restore(in.readAllBytes(), states.subList(0, count)));
    } catch (IOException e) {
      throw new UncheckedIOException("a saved checkpoint is cut off", e);
    }
  }
}
