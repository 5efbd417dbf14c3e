package io.millrace.workers.analysis.read;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a dataset from a position on, block by block. For one thread. */
public final class DatasetReader implements Closeable {
  private final RecordBlocks blocks;
  private final BlockParser parser;

  private DatasetReader(RecordBlocks blocks, BlockParser parser) {
    this.blocks = blocks;
    this.parser = parser;
  }

  /**
   * Opens a dataset.
   *
   * @param columns the columns known at the position, in order
   * @param position {@link DatasetFormat#start} or the {@link RowBlock#next} of an earlier reader
   */
  public static DatasetReader open(
      DatasetFile file, DatasetFormat format, List<String> columns, Position position)
      throws IOException {
    DatasetStream stream = DatasetStream.open(file, format.charset(), position.offset());
    RecordBlocks blocks = new RecordBlocks(stream, format.boundary(), position);
    return new DatasetReader(blocks, format.parser(columns));
  }

  /** The next block, null at the end. */
  public @Nullable RowBlock read() throws IOException {
    RawBlock block = blocks.next();
    return block == null ? null : parser.parse(block);
  }

  /** The share of the file read so far, 0 to 1, by its bytes on disk. */
  public double fraction() throws IOException {
    return blocks.fraction();
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
