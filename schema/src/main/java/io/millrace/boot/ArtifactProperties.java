package io.millrace.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code millrace.artifacts.*}: values that go from node to node by reference.
 *
 * @param above a field of a job's payload in a run that has more bytes of JSON than this is kept
 *     beside the payload, 1 KB to 256 KB
 */
@ConfigurationProperties("millrace.artifacts")
public record ArtifactProperties(@DefaultValue("64KB") DataSize above) {
  public ArtifactProperties {
    if (above.compareTo(DataSize.ofKilobytes(1)) < 0
        || above.compareTo(DataSize.ofKilobytes(256)) > 0) {
      throw new ConfigurationRefusedException(
          "millrace.artifacts.above is %s; it must be 1KB to 256KB, which is all a payload may have"
              .formatted(above));
    }
  }

  int inlineBytes() {
    return Math.toIntExact(above.toBytes());
  }
}
