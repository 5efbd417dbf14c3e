package io.millrace.workers.analysis.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The columns of a dataset by their scores, the worst first.
 *
 * @param columns how many were to be scored
 * @param failed how many of them have no score
 * @param meanScore of those that have one; 0 when none has
 * @param ranking columns with the same score have the same rank and stand in the order of their
 *     names
 */
public record ColumnRanking(int columns, int failed, double meanScore, List<Ranked> ranking) {
  /**
   * A column's place.
   *
   * @param rank from 1
   */
  public record Ranked(int rank, String column, String type, double score) {}

  /**
   * Ranks.
   *
   * @param all how many were to be scored, those without a score included
   */
  public static ColumnRanking of(List<ColumnScore> scores, int all) {
    List<ColumnScore> sorted = new ArrayList<>(scores);
    sorted.sort(Comparator.comparingDouble(ColumnScore::score).thenComparing(ColumnScore::column));
    List<Ranked> ranking = new ArrayList<>(sorted.size());
    double sum = 0;
    for (int i = 0; i < sorted.size(); i++) {
      ColumnScore score = sorted.get(i);
      sum += score.score();
      boolean tied = i > 0 && sorted.get(i - 1).score() == score.score();
      int rank = tied ? ranking.getLast().rank() : i + 1;
      ranking.add(new Ranked(rank, score.column(), score.type(), score.score()));
    }
    double mean = sorted.isEmpty() ? 0 : Math.round(sum / sorted.size() * 10_000) / 10_000.0;
    return new ColumnRanking(all, all - sorted.size(), mean, ranking);
  }
}
