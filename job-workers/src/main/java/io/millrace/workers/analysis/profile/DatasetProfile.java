package io.millrace.workers.analysis.profile;

import io.millrace.workers.analysis.read.BadRow;
import io.millrace.workers.analysis.read.ReadLimits;
import io.millrace.workers.analysis.read.RowBlock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The profile of a dataset as far as it has been read: totals, bad rows, one {@link ColumnProfile}
 * each. Its size does not depend on the number of rows.
 */
public final class DatasetProfile {
  private final List<ColumnProfile> columns = new ArrayList<>();
  private final List<BadRow> badSamples = new ArrayList<>();
  private final CellParser parser = new CellParser();
  private long rows;
  private long badRows;

  /** Starts with the columns known before the first row. */
  public DatasetProfile(List<String> columns) {
    columns.forEach(this::addColumn);
  }

  /** Adds a block; blocks are added in the order of the dataset. */
  public void add(RowBlock block) {
    block.newColumns().forEach(this::addColumn);
    for (int column = 0; column < block.columns(); column++) {
      columns.get(column).add(block, column, parser);
    }
    rows += block.rows();
    addBadRows(block.badRows(), block.badSamples());
  }

  /**
   * Adds what the profile of another part of the same dataset holds. Columns are matched by name;
   * those only the other one has are added.
   */
  public void merge(DatasetProfile other) {
    for (ColumnProfile theirs : other.columns) {
      column(theirs.name()).merge(theirs);
    }
    rows += other.rows;
    addBadRows(other.badRows, other.badSamples);
  }

  /** Good rows. */
  public long rows() {
    return rows;
  }

  /** Rows left out. */
  public long badRows() {
    return badRows;
  }

  /** The first of them, at most {@link ReadLimits#BAD_ROW_SAMPLES}. */
  public List<BadRow> badSamples() {
    return List.copyOf(badSamples);
  }

  /** The names of the columns, in order. */
  public List<String> columnNames() {
    return columns.stream().map(ColumnProfile::name).toList();
  }

  List<ColumnProfile> columns() {
    return columns;
  }

  /** The totals, to be saved; see {@link #restore}. */
  public byte[] saveTotals() {
    return bytes(
        out -> {
          out.writeLong(rows);
          out.writeLong(badRows);
          out.writeInt(badSamples.size());
          for (BadRow row : badSamples) {
            out.writeLong(row.line());
            out.writeUTF(row.reason());
            out.writeUTF(row.text());
          }
        });
  }

  /** The columns, to be saved, one array each. */
  public List<byte[]> saveColumns() {
    List<byte[]> states = new ArrayList<>(columns.size());
    for (ColumnProfile column : columns) {
      states.add(bytes(column::write));
    }
    return states;
  }

  /** A profile as it was saved; it goes on as if it had never stopped. */
  public static DatasetProfile restore(byte[] totals, List<byte[]> columnStates) {
    DatasetProfile profile = new DatasetProfile(List.of());
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(totals));
      profile.rows = in.readLong();
      profile.badRows = in.readLong();
      int samples = in.readInt();
      for (int i = 0; i < samples; i++) {
        profile.badSamples.add(new BadRow(in.readLong(), in.readUTF(), in.readUTF()));
      }
      for (byte[] state : columnStates) {
        Detail detail = Detail.of(profile.columns.size());
        DataInputStream column = new DataInputStream(new ByteArrayInputStream(state));
        profile.columns.add(ColumnProfile.read(column, detail));
      }
      return profile;
    } catch (IOException e) {
      throw new UncheckedIOException("a saved profile is cut off", e);
    }
  }

  private void addBadRows(long count, List<BadRow> samples) {
    badRows += count;
    for (BadRow row : samples) {
      if (badSamples.size() < ReadLimits.BAD_ROW_SAMPLES) {
        badSamples.add(row);
      }
    }
  }

  private ColumnProfile column(String name) {
    for (ColumnProfile column : columns) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    return addColumn(name);
  }

  private ColumnProfile addColumn(String name) {
    ColumnProfile column = new ColumnProfile(name, Detail.of(columns.size()));
    columns.add(column);
    return column;
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }
}
