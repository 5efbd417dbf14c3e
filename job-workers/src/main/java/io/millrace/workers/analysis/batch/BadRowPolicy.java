package io.millrace.workers.analysis.batch;

import io.millrace.workers.analysis.profile.DatasetProfile;
import io.millrace.workers.analysis.read.BadRow;
import io.millrace.workers.analysis.read.UnreadableDatasetException;
import java.util.Locale;
import org.springframework.batch.core.step.skip.SkipPolicy;

/**
 * Bad rows are skipped while their share can still end within the limit. Spring Batch asks a policy
 * per item; an item here is a block of rows, so the writer asks it per block, with the number of
 * bad rows so far.
 */
final class BadRowPolicy implements SkipPolicy {
  private final double maxShare;
  private double mostRows = Double.POSITIVE_INFINITY;

  BadRowPolicy(double maxShare) {
    this.maxShare = maxShare;
  }

  /**
   * Fails a dataset that has too many bad rows, as soon as that is certain.
   *
   * @param rowsAhead at most so many rows follow; 0 at the end
   * @throws UnreadableDatasetException naming the first bad rows and why they are bad
   */
  void check(DatasetProfile profile, long rowsAhead) throws UnreadableDatasetException {
    if (profile.badRows() == 0) {
      return;
    }
    mostRows = (double) profile.rows() + profile.badRows() + rowsAhead;
    UnreadableDatasetException refusal = new UnreadableDatasetException(message(profile));
    if (!shouldSkip(refusal, profile.badRows())) {
      throw refusal;
    }
  }

  @Override
  public boolean shouldSkip(Throwable failure, long badRows) {
    return failure instanceof UnreadableDatasetException && badRows <= maxShare * mostRows;
  }

  private String message(DatasetProfile profile) {
    StringBuilder message = new StringBuilder();
    message.append(
        String.format(
            Locale.ROOT,
            "%,d of %,d rows read are bad, more than the limit maxBadRowShare = %s allows;",
            profile.badRows(),
            profile.rows() + profile.badRows(),
            maxShare));
    for (BadRow row : profile.badSamples().subList(0, Math.min(3, profile.badSamples().size()))) {
      message.append(" line ").append(row.line()).append(": ").append(row.reason()).append(';');
    }
    message.setLength(message.length() - 1);
    return message.toString();
  }
}
