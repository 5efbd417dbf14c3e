package io.millrace.workers.analysis.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;

/**
 * Parses blocks of JSON objects, one per record, with Jackson's streaming parser. The top-level
 * keys are the columns, in the order they turn up; nested objects and arrays stay text. A record
 * that is not one JSON object, or names a key twice, is bad.
 */
final class JsonBlockParser implements BlockParser {
  private static final char[] NO_TEXT = new char[0];

  private final JsonFactory factory = new JsonFactory();
  private final Map<String, Integer> columns = new HashMap<>();
  // The record that last set each column, to notice a repeated key.
  private int[] lastRecord = new int[16];
  private int record;

  private final boolean array;

  /**
   * Starts with the columns known so far.
   *
   * @param array the records are elements of an array and keep the comma or bracket before them
   */
  JsonBlockParser(List<String> known, boolean array) {
    this.array = array;
    known.forEach(this::addColumn);
  }

  @Override
  public RowBlock parse(RawBlock block) throws UnreadableDatasetException {
    RowBlockBuilder rows = new RowBlockBuilder(block.length());
    List<String> newColumns = new ArrayList<>();
    BadRow skipped = block.skipped();
    if (array || !parseAtOnce(block, rows, newColumns)) {
      rows.reset();
      if (skipped != null) {
        rows.refuseRow(skipped);
      }
      parseOneByOne(block, rows, newColumns);
    }
    return rows.sparse(columns.size(), newColumns, block.next());
  }

  /**
   * Lets one parser run over all lines: making one for each costs as much as parsing it. False when
   * a line is not exactly one object; then {@link #parseOneByOne} tells which.
   */
  private boolean parseAtOnce(RawBlock block, RowBlockBuilder rows, List<String> newColumns)
      throws UnreadableDatasetException {
    byte[] bytes = block.bytes();
    int from = 0;
    try (JsonParser json = factory.createParser(bytes, 0, block.length())) {
      for (int end : block.ends()) {
        if (skipBetween(bytes, from, end) < end) {
          record++;
          if (json.nextToken() != JsonToken.START_OBJECT
              || json.currentTokenLocation().getByteOffset() < from
              || !addCells(json, bytes, 0, rows, newColumns)
              || json.currentLocation().getByteOffset() > end) {
            return false;
          }
          rows.closeRow();
        }
        from = end;
      }
      return json.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    }
  }

  private void parseOneByOne(RawBlock block, RowBlockBuilder rows, List<String> newColumns)
      throws UnreadableDatasetException {
    long line = block.firstLine();
    int from = 0;
    for (int end : block.ends()) {
      int start = skipBetween(block.bytes(), from, end);
      line += Lines.count(block.bytes(), from, start);
      if (start < end) {
        parseRecord(block.bytes(), start, end, line, rows, newColumns);
      }
      line += Lines.count(block.bytes(), start, end);
      from = end;
    }
  }

  private void parseRecord(
      byte[] bytes, int from, int end, long line, RowBlockBuilder rows, List<String> newColumns)
      throws UnreadableDatasetException {
    record++;
    String reason;
    try (JsonParser json = factory.createParser(bytes, from, end - from)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        reason = "not a JSON object";
      } else {
        reason = parseObject(json, bytes, from, rows, newColumns);
      }
    } catch (JacksonException e) {
      reason = "invalid JSON: " + ShownText.of(e.getOriginalMessage(), ReadLimits.BAD_ROW_CHARS);
    }
    if (reason.isEmpty()) {
      rows.closeRow();
    } else {
      int length = Math.min(end - from, 4 * ReadLimits.BAD_ROW_CHARS);
      rows.refuseRow(new BadRow(line, reason, new String(bytes, from, length, UTF_8).strip()));
    }
  }

  /** What is wrong with the record; empty when nothing is. */
  private String parseObject(
      JsonParser json, byte[] bytes, int from, RowBlockBuilder rows, List<String> newColumns)
      throws UnreadableDatasetException {
    long base = json.currentTokenLocation().getByteOffset() - from;
    if (!addCells(json, bytes, base, rows, newColumns)) {
      return "a key is repeated";
    }
    return json.nextToken() == null ? "" : "more than one JSON value";
  }

  /** Adds the members of an object; false if a key is repeated. */
  private boolean addCells(
      JsonParser json, byte[] bytes, long base, RowBlockBuilder rows, List<String> newColumns)
      throws UnreadableDatasetException {
    for (String key = json.nextName(); key != null; key = json.nextName()) {
      int column = columnOf(key, newColumns);
      if (lastRecord[column] == record) {
        return false;
      }
      lastRecord[column] = record;
      addCell(json, bytes, base, column, rows);
    }
    return true;
  }

  private static void addCell(
      JsonParser json, byte[] bytes, long base, int column, RowBlockBuilder rows) {
    JsonToken token = json.nextToken();
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      byte hint = token == JsonToken.START_OBJECT ? CellHint.OBJECT : CellHint.ARRAY;
      int start = (int) (json.currentTokenLocation().getByteOffset() - base);
      json.skipChildren();
      int end = (int) (json.currentLocation().getByteOffset() - base);
      char[] nested = new String(bytes, start, end - start, UTF_8).toCharArray();
      rows.add(column, nested, 0, nested.length, hint);
    } else if (token == JsonToken.VALUE_NULL) {
      rows.add(column, NO_TEXT, 0, 0, CellHint.NULL);
    } else {
      rows.add(
          column,
          json.getStringCharacters(),
          json.getStringOffset(),
          json.getStringLength(),
          hintOf(token));
    }
  }

  private static byte hintOf(JsonToken token) {
    if (token == JsonToken.VALUE_STRING) {
      return CellHint.STRING;
    }
    return token.isBoolean() ? CellHint.BOOLEAN : CellHint.NUMBER;
  }

  private int columnOf(String key, List<String> newColumns) throws UnreadableDatasetException {
    Integer asIs = columns.get(key);
    if (asIs != null) {
      return asIs;
    }
    String name = ShownText.of(key, ReadLimits.COLUMN_NAME_CHARS);
    Integer known = columns.get(name);
    if (known != null) {
      return known;
    }
    if (columns.size() == ReadLimits.COLUMNS) {
      throw new UnreadableDatasetException(
          "the dataset has more than " + ReadLimits.COLUMNS + " columns");
    }
    newColumns.add(name);
    return addColumn(name);
  }

  private int addColumn(String name) {
    int column = columns.size();
    columns.put(name, column);
    if (column == lastRecord.length) {
      lastRecord = Arrays.copyOf(lastRecord, column * 2);
    }
    return column;
  }

  private int skipBetween(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && (array ? ElementBoundary.isBetween(bytes[at]) : isSpace(bytes[at]))) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
