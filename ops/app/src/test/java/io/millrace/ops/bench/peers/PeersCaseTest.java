package io.millrace.ops.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.Progress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersCaseTest {
  @Test
  void run_withoutACheckout_measuresNothingAndSaysWhy(@TempDir Path folder) throws Exception {
    PeersCase peers = new PeersCase(null);
    assertThat(peers.run(new BenchRun(folder, true, 1, new Silent()))).isEmpty();
    assertThat(peers.notes().remarks())
        .containsExactly(
            "peers are measured in a checkout of Millrace only, and there is none here");
    assertThat(peers.notes().versions()).isEmpty();
  }

  private static final class Silent implements Progress {
    @Override
    public void begin(String what, long total) {
      throw new AssertionError("nothing begins");
    }

    @Override
    public void at(long done) {
      throw new AssertionError("nothing is done");
    }

    @Override
    public void end() {
      throw new AssertionError("nothing ends");
    }
  }
}
