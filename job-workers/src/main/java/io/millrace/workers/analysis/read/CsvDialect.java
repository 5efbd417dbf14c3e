package io.millrace.workers.analysis.read;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvReader.CsvReaderBuilder;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** FastCSV, set up for one delimiter: strict about quotes, indifferent to the number of fields. */
final class CsvDialect {
  private final CsvReaderBuilder builder;

  CsvDialect(char delimiter) {
    this.builder =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .allowExtraCharsAfterClosingQuote(false);
  }

  /** Feeds all records of a text to a collector. */
  void read(String text, CsvRows target) {
    for (Iterator<Boolean> records = builder.build(target, text).iterator(); records.hasNext(); ) {
      records.next();
    }
  }

  /** The records of a small text as lists of fields; empty lines are left out. */
  List<List<String>> read(String text) {
    List<List<String>> records = new ArrayList<>();
    for (List<String> record : builder.build(new FieldLists(), text)) {
      records.add(record);
    }
    return records;
  }

  private static final class FieldLists extends AbstractBaseCsvCallbackHandler<List<String>> {
    private List<String> fields = new ArrayList<>();

    @Override
    protected void handleBegin(long line) {
      fields = new ArrayList<>();
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
      fields.add(new String(buffer, offset, length));
    }

    @Override
    protected List<String> buildRecord() {
      return fields;
    }
  }
}
