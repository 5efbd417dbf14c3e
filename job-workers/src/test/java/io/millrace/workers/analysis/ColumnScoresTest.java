package io.millrace.workers.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.dataset.DatasetRoot;
import io.millrace.dataset.TenantDatasets;
import io.millrace.model.ErrorKind;
import io.millrace.workers.analysis.profile.ColumnRanking;
import io.millrace.workers.analysis.profile.ColumnRanking.Ranked;
import io.millrace.workers.analysis.profile.ColumnScore;
import io.millrace.workers.handler.JobFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of datasets, listed, scored and ranked. */
class ColumnScoresTest {
  @TempDir Path root;

  private DatasetColumnsHandler columns;
  private DatasetScoreHandler scores;

  @BeforeEach
  void create() {
    TenantDatasets datasets = new TenantDatasets(new DatasetRoot(root), "test");
    columns = new DatasetColumnsHandler(datasets);
    scores = new DatasetScoreHandler(datasets);
  }

  @Test
  void columns_ofCsv_areThoseOfItsHeader() throws Exception {
    write("a.csv", "city,n\nBonn,1\n");
    assertThat(columns("a.csv")).containsExactly("city", "n");
  }

  @Test
  void columns_ofJson_areAllKeysOfAllRows() throws Exception {
    write("a.ndjson", "{\"a\":1}\n{\"b\":2,\"a\":3}\n{\"c\":null}\n");
    assertThat(columns("a.ndjson")).containsExactly("a", "b", "c");
  }

  @Test
  void columns_noSuchDataset_isABadPayload() {
    JobFailedException failure =
        catchThrowableOfType(JobFailedException.class, () -> columns("none.csv"));
    assertThat(failure.kind()).isEqualTo(ErrorKind.BAD_PAYLOAD);
    assertThat(failure).hasMessageContaining("none.csv");
  }

  @Test
  void score_isTheShareFilledTimesTheShareOfTheCommonestKind() throws Exception {
    write("a.csv", "city,n\nBonn,1\nOslo,2.5\nRome,x\nKiel,\n");
    ColumnScore score = score("a.csv", "n");
    assertThat(score.rows()).isEqualTo(4);
    assertThat(score.nulls()).isEqualTo(1);
    assertThat(score.distinct()).isEqualTo(3);
    assertThat(score.completeness()).isEqualTo(0.75);
    assertThat(score.consistency()).as("integers and decimals are alike").isEqualTo(0.6667);
    assertThat(score.score()).isEqualTo(0.5);
    assertThat(score("a.csv", "city").score()).isEqualTo(1);
  }

  @Test
  void score_columnThatJsonLearnsLate_countsTheRowsBeforeAsEmpty() throws Exception {
    write("a.ndjson", "{\"a\":1}\n".repeat(3) + "{\"b\":true}\n");
    assertThat(score("a.ndjson", "b").completeness()).isEqualTo(0.25);
    assertThat(score("a.ndjson", "a").completeness()).isEqualTo(0.75);
  }

  @Test
  void score_badRows_areCounted() throws Exception {
    write("a.csv", "city,n\nBonn,1\nOslo\nRome,3\n");
    assertThat(score("a.csv", "n").badRows()).isEqualTo(1);
    assertThat(score("a.csv", "n").rows()).isEqualTo(2);
  }

  @Test
  void score_noSuchColumn_isABadPayload() throws Exception {
    write("a.csv", "city,n\nBonn,1\n");
    JobFailedException failure =
        catchThrowableOfType(JobFailedException.class, () -> score("a.csv", "m"));
    assertThat(failure.kind()).isEqualTo(ErrorKind.BAD_PAYLOAD);
    assertThat(failure).hasMessageContaining("no column");
  }

  @Test
  void rank_worstFirst_tiesShareARank_failedAreCounted() {
    List<@Nullable ColumnScore> given = new ArrayList<>();
    given.add(scored("c", 1));
    given.add(null);
    given.add(scored("b", 0.5));
    given.add(scored("a", 1));
    ColumnRanking ranking =
        new DatasetRankHandler().run(new RankPayload(given), RecordingContext.first());
    assertThat(ranking.ranking())
        .containsExactly(
            new Ranked(1, "b", "string", 0.5),
            new Ranked(2, "a", "string", 1),
            new Ranked(2, "c", "string", 1));
    assertThat(ranking.columns()).isEqualTo(4);
    assertThat(ranking.failed()).isEqualTo(1);
    assertThat(ranking.meanScore()).isEqualTo(0.8333);
  }

  private static ColumnScore scored(String column, double score) {
    return new ColumnScore(column, "string", 1, 0, 0, 1, score, 1, score);
  }

  private List<String> columns(String dataset) throws Exception {
    return columns.run(new ColumnsPayload(dataset), RecordingContext.first());
  }

  private ColumnScore score(String dataset, String column) throws Exception {
    return scores.run(new ScorePayload(dataset, column), RecordingContext.first());
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(root.resolve(name), content);
  }
}
