package io.millrace.workflow.run;

import java.util.ArrayList;
import java.util.List;

/**
 * Moves of a run as text, a word for each: {@code 3A} is node 3 that became ACTIVE, {@code OPEN} a
 * phase of the run, {@code PAUSED} and {@code RESUMED} themselves. What is written is kept, so
 * letters never change their meaning.
 */
public final class RunMoves {
  private static final String PAUSED = "PAUSED";
  private static final String RESUMED = "RESUMED";

  private RunMoves() {}

  /** The words, with a space between two. */
  public static String write(List<RunMove> moves) {
    StringBuilder text = new StringBuilder(moves.size() * 4);
    for (RunMove move : moves) {
      if (!text.isEmpty()) {
        text.append(' ');
      }
      switch (move) {
        case RunMove.Moved(int node, NodeState state) -> text.append(node).append(letter(state));
        case RunMove.Entered(RunPhase phase) -> text.append(phase.name());
        case RunMove.Paused() -> text.append(PAUSED);
        case RunMove.Resumed() -> text.append(RESUMED);
      }
    }
    return text.toString();
  }

  /**
   * The moves that were written.
   *
   * @throws BadRunStateException when a word is none of them
   */
  public static List<RunMove> read(String text) {
    List<RunMove> moves = new ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int space = text.indexOf(' ', from);
      int to = space < 0 ? text.length() : space;
      moves.add(move(text.substring(from, to)));
      from = to + 1;
    }
    return moves;
  }

  private static RunMove move(String word) {
    try {
      if (Character.isDigit(word.charAt(0))) {
        int end = word.length() - 1;
        return new RunMove.Moved(Integer.parseInt(word, 0, end, 10), state(word, word.charAt(end)));
      }
      return switch (word) {
        case PAUSED -> new RunMove.Paused();
        case RESUMED -> new RunMove.Resumed();
        default -> new RunMove.Entered(RunPhase.valueOf(word));
      };
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new BadRunStateException("no move of a run: " + word);
    }
  }

  private static char letter(NodeState state) {
    return switch (state) {
      case PENDING -> 'P';
      case ACTIVE -> 'A';
      case SUCCEEDED -> 'S';
      case FAILED -> 'F';
      case SKIPPED -> 'K';
      case CANCELLED -> 'C';
    };
  }

  private static NodeState state(String word, char letter) {
    return switch (letter) {
      case 'P' -> NodeState.PENDING;
      case 'A' -> NodeState.ACTIVE;
      case 'S' -> NodeState.SUCCEEDED;
      case 'F' -> NodeState.FAILED;
      case 'K' -> NodeState.SKIPPED;
      case 'C' -> NodeState.CANCELLED;
      default -> throw new BadRunStateException("no move of a run: " + word);
    };
  }
}
