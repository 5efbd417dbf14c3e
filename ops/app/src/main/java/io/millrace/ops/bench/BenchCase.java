package io.millrace.ops.bench;

import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Notes;
import java.util.List;

/** Something that is measured; it starts what it needs and leaves nothing running. */
public interface BenchCase {
  /** As {@code --only} takes it: {@code submit-single}. */
  String name();

  /** What it measures, in a sentence. */
  String title();

  /** Measures; one result per system. */
  List<Measurement> run(BenchRun run) throws Exception;

  /** What it has learnt beside the figures; asked after the run, also after one that threw. */
  default Notes notes() {
    return Notes.NONE;
  }
}
