package io.millrace.workers.analysis.read;

import de.siegmar.fastcsv.reader.CsvParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The first records of a CSV dataset, read with one delimiter. */
final class CsvSample {
  private static final int MAX_RECORDS = 200;

  private final List<List<String>> records;

  CsvSample(String text, char delimiter) {
    this.records = parse(text, delimiter);
  }

  /** A text without its last line if that may be cut off. */
  static String wholeLines(String text, boolean whole) {
    int end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    return whole || end < 0 ? text : text.substring(0, end + 1);
  }

  private static List<List<String>> parse(String text, char delimiter) {
    CsvDialect dialect = new CsvDialect(delimiter);
    try {
      List<List<String>> all = dialect.read(text);
      return all.subList(0, Math.min(MAX_RECORDS, all.size()));
    } catch (CsvParseException e) {
      // Something is wrong with the quotes: judge by lines, as far as they can be read alone.
      List<List<String>> readable = new ArrayList<>();
      text.lines().limit(MAX_RECORDS).forEach(line -> addReadable(dialect, line, readable));
      return readable;
    }
  }

  private static void addReadable(CsvDialect dialect, String line, List<List<String>> readable) {
    try {
      readable.addAll(dialect.read(line));
    } catch (CsvParseException e) {
      // Left out of the sample; as a row it will be counted as bad.
    }
  }

  /**
   * How well the delimiter fits: the share of records with the most common number of fields, and a
   * little for more fields; 0 when that number is one.
   */
  double regularity() {
    int width = commonWidth();
    if (width < 2) {
      return 0;
    }
    long same = records.stream().filter(record -> record.size() == width).count();
    return (double) same / records.size() + Math.min(width, 1_000) * 1e-6;
  }

  /** The number of columns: what the first record has, unless it stands alone with that. */
  int width() {
    if (records.isEmpty()) {
      return 1;
    }
    int first = records.getFirst().size();
    long like = records.stream().filter(record -> record.size() == first).count();
    return like > 1 || records.size() < 3 ? first : commonWidth();
  }

  /**
   * Whether the first record names the columns: none of its fields is a number or repeated, and the
   * records below differ from it: a column holds numbers, or never holds its own first field.
   */
  boolean looksLikeHeader() {
    if (records.isEmpty()) {
      return false;
    }
    List<String> first = records.getFirst();
    Set<String> names = new HashSet<>();
    for (String field : first) {
      String name = field.strip().toLowerCase(Locale.ROOT);
      if (startsLikeNumber(name) || (!name.isEmpty() && !names.add(name))) {
        return false;
      }
    }
    if (names.isEmpty() || first.size() != width()) {
      return false;
    }
    return records.stream().skip(1).noneMatch(record -> sharesField(first, record));
  }

  /** The columns' names: those of the header, made unique, or {@code column_1}, ... */
  List<String> columnNames(boolean header) {
    List<String> names = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int column = 0; column < width(); column++) {
      List<String> first = header && !records.isEmpty() ? records.getFirst() : List.of();
      String given = column < first.size() ? first.get(column).strip() : "";
      String name = given.isEmpty() ? "column_" + (column + 1) : given;
      names.add(unique(ShownText.of(name, ReadLimits.COLUMN_NAME_CHARS), taken));
    }
    return names;
  }

  private static String unique(String name, Set<String> taken) {
    String unique = name;
    for (int n = 2; !taken.add(unique); n++) {
      unique = name + "_" + n;
    }
    return unique;
  }

  private static boolean sharesField(List<String> first, List<String> record) {
    for (int column = 0; column < Math.min(first.size(), record.size()); column++) {
      if (!first.get(column).isBlank() && first.get(column).equals(record.get(column))) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsLikeNumber(String field) {
    if (field.isEmpty()) {
      return false;
    }
    int at = field.charAt(0) == '-' || field.charAt(0) == '+' || field.charAt(0) == '.' ? 1 : 0;
    return at < field.length()
        && Character.isDigit(field.charAt(at))
        && field.chars().allMatch(c -> "0123456789+-.,:/tez ".indexOf(c) >= 0);
  }

  private int commonWidth() {
    Map<Integer, Integer> counts = new HashMap<>();
    int best = 0;
    for (List<String> record : records) {
      int count = counts.merge(record.size(), 1, Integer::sum);
      if (best == 0 || count > counts.getOrDefault(best, 0)) {
        best = record.size();
      }
    }
    return Math.max(best, 1);
  }
}
