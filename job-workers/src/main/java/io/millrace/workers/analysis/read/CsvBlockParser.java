package io.millrace.workers.analysis.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.CsvParseException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Parses blocks of CSV with FastCSV. A block is parsed in one go; if FastCSV refuses anything in
 * it, finds another number of records than the splitter did, or a byte is not UTF-8, the block is
 * parsed again record by record, so that only the records at fault are lost.
 */
final class CsvBlockParser implements BlockParser {
  private final CsvDialect dialect;
  private final int width;

  CsvBlockParser(CsvDialect dialect, int width) {
    this.dialect = dialect;
    this.width = width;
  }

  @Override
  public RowBlock parse(RawBlock block) {
    RowBlockBuilder rows = new RowBlockBuilder(block.length());
    BadRow skipped = block.skipped();
    if (skipped != null) {
      rows.refuseRow(skipped);
    } else if (!parseAtOnce(block, rows)) {
      rows.reset();
      parseOneByOne(block, rows);
    }
    return rows.complete(width, block.next());
  }

  /** False when the block needs the slower way. */
  private boolean parseAtOnce(RawBlock block, RowBlockBuilder rows) {
    String text = new String(block.bytes(), 0, block.length(), UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      return false; // What the decoder puts for bytes that are not UTF-8; or it was in the file.
    }
    CsvRows target = new CsvRows(rows, block, width);
    try {
      dialect.read(text, target);
    } catch (CsvParseException e) {
      return false;
    }
    return target.records() == block.ends().length;
  }

  private void parseOneByOne(RawBlock block, RowBlockBuilder rows) {
    long line = block.firstLine();
    int from = 0;
    for (int end : block.ends()) {
      String reason = parseRecord(block, from, end, line, rows);
      if (reason != null) {
        String text = new String(block.bytes(), from, end - from, UTF_8).strip();
        rows.refuseRow(new BadRow(line, reason, text));
      }
      line += Lines.count(block.bytes(), from, end);
      from = end;
    }
  }

  /** Null when the record was taken or refused by the row collector itself. */
  private @Nullable String parseRecord(
      RawBlock block, int from, int end, long line, RowBlockBuilder rows) {
    int[] ends = {end - from};
    byte[] bytes = Arrays.copyOfRange(block.bytes(), from, end);
    RawBlock record = new RawBlock(bytes, bytes.length, ends, line, null, block.next());
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      CsvRows target = new CsvRows(rows, record, width);
      dialect.read(text, target);
      return null;
    } catch (CharacterCodingException e) {
      return "bytes that are not valid UTF-8";
    } catch (CsvParseException e) {
      rows.takeBackRow();
      return "quotes: text goes on behind a closing quote, or a quote stays open";
    }
  }
}
