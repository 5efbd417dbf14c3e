package io.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.StoredResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobCodecTest {
  private static final UUID OTHER = new UUID(1, 2);

  @ParameterizedTest
  @EnumSource(JobState.class)
  void status_encodedAndDecoded_isEqual(JobState state) {
    JobView job = Samples.job(Samples.ID, state);
    assertThat(JobCodec.status(Samples.ID, JobCodec.encode(job))).contains(job);
  }

  @Test
  void status_withoutOptionalFields_isEqual() {
    JobView job = Samples.bareJob(Samples.ID);
    assertThat(JobCodec.status(Samples.ID, JobCodec.encode(job))).contains(job);
  }

  @Test
  void result_encodedAndDecoded_isEqual() {
    StoredResult large = Samples.result("\"" + "ü🚰x".repeat(50_000) + "\"");
    StoredResult cancelled =
        new StoredResult(JobState.CANCELLED, null, new JobError(ErrorKind.HANDLER, "", 1));
    assertThat(JobCodec.result(Samples.ID, JobCodec.encode(Samples.ID, large))).contains(large);
    assertThat(JobCodec.result(Samples.ID, JobCodec.encode(Samples.ID, cancelled)))
        .contains(cancelled);
  }

  @Test
  void decode_otherKindOrOtherJob_isEmpty() {
    byte[] status = JobCodec.encode(Samples.bareJob(Samples.ID));
    byte[] result = JobCodec.encode(Samples.ID, Samples.result("1"));
    assertThat(JobCodec.result(Samples.ID, status)).isEmpty();
    assertThat(JobCodec.status(Samples.ID, result)).isEmpty();
    assertThat(JobCodec.status(OTHER, status)).isEmpty();
    assertThat(JobCodec.result(OTHER, result)).isEmpty();
  }

  @Test
  void decode_otherVersion_isEmptyThoughTheChecksumFits() {
    byte[] next = JobCodec.encode(Samples.ID, Samples.result("1"));
    next[0] = JobCodec.VERSION + 1;
    assertThat(JobCodec.result(Samples.ID, sealed(next))).isEmpty();
  }

  @Test
  void decode_cutAnywhereOrLonger_isEmpty() {
    byte[] status = JobCodec.encode(Samples.job(Samples.ID, JobState.SUCCEEDED));
    for (int length = 0; length < status.length; length++) {
      byte[] cut = Arrays.copyOf(status, length);
      assertThat(JobCodec.status(Samples.ID, cut)).as("%d bytes", length).isEmpty();
      if (length >= ValueWriter.HEADER_BYTES + ValueWriter.CHECKSUM_BYTES) {
        assertThat(JobCodec.status(Samples.ID, sealed(cut))).as("%d bytes", length).isEmpty();
      }
    }
    byte[] longer = Arrays.copyOf(status, status.length + 1);
    assertThat(JobCodec.status(Samples.ID, longer)).isEmpty();
    assertThat(JobCodec.status(Samples.ID, sealed(longer))).isEmpty();
  }

  @Test
  void decode_anyBitFlipped_isEmpty() {
    byte[] status = JobCodec.encode(Samples.job(Samples.ID, JobState.SUCCEEDED));
    for (int bit = 0; bit < status.length * 8; bit++) {
      status[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(JobCodec.status(Samples.ID, status)).as("bit %d", bit).isEmpty();
      status[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void decode_randomBytesUnderAFittingChecksum_neverThrows() {
    byte[] template = JobCodec.encode(Samples.job(Samples.ID, JobState.SUCCEEDED));
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] garbage = new byte[ValueWriter.HEADER_BYTES + random.nextInt(200)];
      random.nextBytes(garbage);
      System.arraycopy(template, 0, garbage, 0, ValueWriter.HEADER_BYTES);
      byte[] value = sealed(Arrays.copyOf(garbage, garbage.length + ValueWriter.CHECKSUM_BYTES));
      assertThat(JobCodec.status(Samples.ID, value)).isEmpty();
    }
  }

  @Test
  void decode_text_isEmpty() {
    byte[] text = "{\"state\": \"SUCCEEDED\", \"json\": \"1\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(JobCodec.result(Samples.ID, text)).isEmpty();
  }

  /** The same bytes with a checksum that fits them. */
  private static byte[] sealed(byte[] value) {
    byte[] copy = value.clone();
    int end = copy.length - ValueWriter.CHECKSUM_BYTES;
    ByteBuffer.wrap(copy).putInt(end, ValueWriter.checksum(copy, end));
    return copy;
  }
}
