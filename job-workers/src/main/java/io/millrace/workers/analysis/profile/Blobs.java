package io.millrace.workers.analysis.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Byte arrays with their length in front. */
final class Blobs {
  private Blobs() {}

  static void write(DataOutput out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static byte[] read(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
