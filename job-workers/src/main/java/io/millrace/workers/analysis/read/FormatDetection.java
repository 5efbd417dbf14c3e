package io.millrace.workers.analysis.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.workers.analysis.read.DatasetFormat.Kind;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds out how a dataset is to be read, from what the caller says and a sample of its start. */
public final class FormatDetection {
  private static final char DEFAULT_DELIMITER = ',';

  private final DatasetFile file;
  private final FormatRequest request;
  private final List<String> detected = new ArrayList<>();

  private FormatDetection(DatasetFile file, FormatRequest request) {
    this.file = file;
    this.request = request;
  }

  /**
   * Detects a dataset's format.
   *
   * @throws UnreadableDatasetException when it is binary, has no row, or has too many columns
   */
  public static DatasetFormat detect(DatasetFile file, FormatRequest request) throws IOException {
    return new FormatDetection(file, request).detect();
  }

  private DatasetFormat detect() throws IOException {
    Charset charset = charset();
    byte[] sample = sample(charset, ReadLimits.SAMPLE_BYTES);
    Encodings.refuseBinary(sample);
    int from = Encodings.startsWithUtf8Mark(sample) ? 3 : 0;
    int first = firstContent(sample, from);
    Kind kind = kind(sample, first);
    if (kind != Kind.CSV) {
      Position start = new Position(from, 1);
      return new DatasetFormat(kind, charset, '\0', false, List.of(), start, detected);
    }
    return csv(charset, sample, first);
  }

  private Charset charset() throws IOException {
    String given = request.encoding();
    if (given != null) {
      return Encodings.named(given);
    }
    detected.add("encoding");
    // Opened as UTF-8, a stream hands out the bytes as they are, decompressed.
    byte[] raw;
    try (DatasetStream stream = DatasetStream.open(file, UTF_8, 0)) {
      raw = read(stream, ReadLimits.SAMPLE_BYTES);
    }
    return Encodings.detect(raw);
  }

  private byte[] sample(Charset charset, int bytes) throws IOException {
    try (DatasetStream stream = DatasetStream.open(file, charset, 0)) {
      return read(stream, bytes);
    }
  }

  private static byte[] read(DatasetStream stream, int bytes) throws IOException {
    byte[] buffer = new byte[bytes];
    int read = stream.fill(buffer, 0, bytes);
    return read == bytes ? buffer : Arrays.copyOf(buffer, read);
  }

  private static int firstContent(byte[] sample, int from) throws UnreadableDatasetException {
    int at = from;
    while (at < sample.length && (sample[at] == '\n' || sample[at] == '\r')) {
      at++;
    }
    if (at == sample.length) {
      throw new UnreadableDatasetException("the dataset is empty: it holds no record");
    }
    return at;
  }

  private Kind kind(byte[] sample, int first) throws UnreadableDatasetException {
    int at = first;
    while (at < sample.length && sample[at] >= 0 && sample[at] <= ' ') {
      at++;
    }
    byte start = at < sample.length ? sample[at] : 0;
    int next = at + 1;
    while (next < sample.length && sample[next] >= 0 && sample[next] <= ' ') {
      next++;
    }
    boolean array = start == '[' && next < sample.length && sample[next] == '{';
    Kind json = array ? Kind.JSON_ARRAY : Kind.NDJSON;
    String given = request.format();
    if (given == null) {
      detected.add("format");
      boolean object = start == '{' && next < sample.length && isKeyOrEnd(sample[next]);
      return array || object ? json : Kind.CSV;
    }
    return switch (given) {
      case "csv" -> Kind.CSV;
      case "ndjson" -> json;
      default -> throw new UnreadableDatasetException("format is \"csv\" or \"ndjson\"");
    };
  }

  private static boolean isKeyOrEnd(byte b) {
    return b == '"' || b == '}';
  }

  private DatasetFormat csv(Charset charset, byte[] sample, int first) throws IOException {
    String text = new String(sample, first, sample.length - first, UTF_8);
    boolean whole = sample.length < ReadLimits.SAMPLE_BYTES;
    char delimiter = delimiter(text, whole);
    byte[] head = sample;
    RecordEnds ends = new RecordEnds();
    scan(delimiter, head, first, whole, ends);
    if (ends.size() == 0) {
      head = sample(charset, ReadLimits.RECORD_BYTES);
      whole = head.length < ReadLimits.RECORD_BYTES;
      scan(delimiter, head, first, whole, ends);
    }
    if (ends.size() == 0) {
      throw new UnreadableDatasetException(
          "line "
              + (1 + Lines.count(head, 0, first))
              + ": the first record "
              + (whole ? "opens a quote it never closes" : "is larger than 1 MiB"));
    }
    return csv(charset, delimiter, head, first, ends);
  }

  private DatasetFormat csv(
      Charset charset, char delimiter, byte[] head, int first, RecordEnds ends)
      throws UnreadableDatasetException {
    CsvSample records =
        new CsvSample(new String(head, first, ends.last() - first, UTF_8), delimiter);
    if (records.width() > ReadLimits.COLUMNS) {
      throw new UnreadableDatasetException(
          "the dataset has " + records.width() + " columns, at most " + ReadLimits.COLUMNS);
    }
    Boolean given = request.header();
    if (given == null) {
      detected.add("header");
    }
    boolean header = given == null ? records.looksLikeHeader() : given;
    int start = header ? ends.toArray()[0] : first;
    Position position = new Position(start, 1 + Lines.count(head, 0, start));
    List<String> columns = records.columnNames(header);
    return new DatasetFormat(Kind.CSV, charset, delimiter, header, columns, position, detected);
  }

  /** Scans for record ends; an unfinished record at the end of the whole dataset is one, too. */
  private static void scan(char delimiter, byte[] bytes, int from, boolean whole, RecordEnds ends) {
    ends.clear();
    RecordBoundary.Rest rest =
        new CsvBoundary(delimiter).scan(bytes, from, bytes.length, whole, ends);
    boolean openEnd = ends.size() == 0 || ends.last() < bytes.length;
    if (whole && openEnd && rest == RecordBoundary.Rest.OPEN) {
      ends.add(bytes.length);
    }
  }

  private char delimiter(String text, boolean whole) throws UnreadableDatasetException {
    String given = request.delimiter();
    if (given != null) {
      return givenDelimiter(given);
    }
    detected.add("delimiter");
    char best = DEFAULT_DELIMITER;
    double bestScore = 0;
    for (char candidate : new char[] {',', ';', '\t', '|'}) {
      double score = new CsvSample(CsvSample.wholeLines(text, whole), candidate).regularity();
      if (score > bestScore) {
        best = candidate;
        bestScore = score;
      }
    }
    return best;
  }

  private static char givenDelimiter(String given) throws UnreadableDatasetException {
    if (given.length() != 1 || given.charAt(0) > 126 || given.charAt(0) == '"') {
      throw new UnreadableDatasetException("delimiter is one ASCII character other than a quote");
    }
    char c = given.charAt(0);
    if (c < ' ' && c != '\t') {
      throw new UnreadableDatasetException("delimiter is a printable character or a tab");
    }
    return c;
  }
}
