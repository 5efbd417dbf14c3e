package io.millrace.workers.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ErrorKind;
import io.millrace.workers.analysis.profile.ProfileReport;
import io.millrace.workers.handler.JobFailedException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The job from payload to result. */
class ProfileIT extends ProfileScenario {
  @Test
  void run_csv_describesItsColumns() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 20_000, 1);
    RecordingContext context = RecordingContext.first();

    ProfileReport report = handler.run(ProfilePayload.of("rows.csv"), context);

    assertThat(report.rows()).isEqualTo(20_000);
    assertThat(report.columns())
        .extracting(column -> column.name() + ":" + column.type())
        .containsExactly(
            "id:integer",
            "amount:integer",
            "price:decimal",
            "city:string",
            "user:string",
            "active:boolean",
            "day:date",
            "at:timestamp",
            "score:decimal",
            "note:string");
    assertThat(report.bytes()).isEqualTo(Files.size(root.resolve("rows.csv")));
    assertThat(report.resumed()).isNull();
    assertThat(context.fraction()).isEqualTo(1.0);
    assertThat(context.message()).isEqualTo("20,000 rows");
  }

  @Test
  void run_fileThatIsGzip_givesTheSameProfile() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 9_000, 2);
    gzip("rows.csv", "rows.csv.gz");

    ObjectNode plain = comparable(handler.run(ProfilePayload.of("rows.csv"), first()));
    ObjectNode packed = comparable(handler.run(ProfilePayload.of("rows.csv.gz"), first()));

    assertThat(packed.path("format").path("gzip").booleanValue()).isTrue();
    for (ObjectNode each : new ObjectNode[] {plain, packed}) {
      each.remove("dataset");
      each.remove("format");
      each.remove("bytes");
    }
    assertThat(packed).isEqualTo(plain);
  }

  @Test
  void run_tooManyBadRows_failsWithLineAndReasonAndStoresNothing() throws Exception {
    StringBuilder text = new StringBuilder("a,b,c\n");
    for (int i = 2; i <= 101; i++) {
      text.append(i % 5 == 0 ? "only,two\n" : "1,2,3\n");
    }
    Files.writeString(root.resolve("ragged.csv"), text);

    JobFailedException failure = failureOf("ragged.csv");

    assertThat(failure.kind()).isEqualTo(ErrorKind.BAD_PAYLOAD);
    assertThat(failure.retryable()).isFalse();
    assertThat(failure)
        .hasMessageStartingWith("20 of 100 rows read are bad")
        .hasMessageContaining("maxBadRowShare = 0.1")
        .hasMessageContaining("line 5: 2 fields instead of 3");
  }

  @Test
  void run_fewBadRows_areCountedSampledAndSkipped() throws Exception {
    Files.writeString(
        root.resolve("ragged.csv"), "a,b\n" + "1,2\n".repeat(50) + "lonely\n" + "3,4\n".repeat(9));

    ProfileReport report = handler.run(ProfilePayload.of("ragged.csv"), first());

    assertThat(report.rows()).isEqualTo(59);
    assertThat(report.badRows().count()).isEqualTo(1);
    assertThat(report.badRows().sample().getFirst().line()).isEqualTo(52);
    assertThat(report.badRows().sample().getFirst().text()).isEqualTo("lonely");
  }

  @Test
  void run_hopelessFile_failsLongBeforeItsEnd() throws Exception {
    Files.writeString(root.resolve("wide.csv"), "a,b,c,d\n1,2,3,4\n" + "x\n".repeat(4_000_000));

    assertThat(failureOf("wide.csv"))
        .hasMessageContaining("1 field instead of 4")
        .message()
        .doesNotStartWith("4,000,000");
  }

  @Test
  void run_missingDataset_failsWithItsNameOnly() {
    assertThat(failureOf("missing.csv"))
        .hasMessage("dataset \"missing.csv\" does not exist")
        .satisfies(
            e -> assertThat(((JobFailedException) e).kind()).isEqualTo(ErrorKind.BAD_PAYLOAD));
  }

  @Test
  void run_nameThatEscapes_isRefused() {
    assertThat(failureOf("../secret.csv")).hasMessageContaining("relative paths");
  }

  @Test
  void run_emptyFile_fails() throws Exception {
    Files.createFile(root.resolve("empty.csv"));
    assertThat(failureOf("empty.csv")).hasMessage("the dataset is empty: 0 bytes");
  }

  @Test
  void run_binaryFile_fails() throws Exception {
    Files.write(root.resolve("picture.csv"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0, 1});
    assertThat(failureOf("picture.csv")).hasMessageContaining("binary file");
  }

  @Test
  void run_gzipThatIsCutOff_fails() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 30_000, 11);
    gzip("rows.csv", "whole.gz");
    byte[] whole = Files.readAllBytes(root.resolve("whole.gz"));
    Files.write(root.resolve("cut.gz"), Arrays.copyOf(whole, whole.length / 2));

    assertThat(failureOf("cut.gz")).hasMessageContaining("ends too early");
  }

  @Test
  void prepare_manyAtOnce_createsTheTablesOnce() throws Exception {
    database.execute("drop schema if exists batch cascade");
    var all = new CompletableFuture<?>[5];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          CompletableFuture.runAsync(
              () -> {
                try {
                  newHandler().prepare();
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
    }
    CompletableFuture.allOf(all).get(60, TimeUnit.SECONDS);
    assertThat(storedRows()).isZero();
  }
}
