package io.millrace.workers.analysis.read;

import java.io.IOException;

/** Turns a block of raw records into rows. Bad records are counted, not thrown. */
interface BlockParser {
  /**
   * Parses a block.
   *
   * @throws UnreadableDatasetException when the dataset as a whole breaks a limit
   */
  RowBlock parse(RawBlock block) throws IOException;
}
