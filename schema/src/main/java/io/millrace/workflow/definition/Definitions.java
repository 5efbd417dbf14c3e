package io.millrace.workflow.definition;

import io.millrace.document.CanonicalJson;
import io.millrace.document.Faults;
import io.millrace.document.FieldError;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.source.MalformedSourceException;
import io.millrace.workflow.source.Place;
import io.millrace.workflow.source.SourceText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads definitions. */
public final class Definitions {
  /** Most faults that are listed. */
  public static final int MAX_FAULTS = 100;

  private Definitions() {}

  /**
   * Reads a definition.
   *
   * @param workflow its name
   * @param bytes YAML or JSON in UTF-8
   * @param catalogue what it may refer to; null leaves names of types, pools and workflows
   *     unchecked, and takes the default policy for what a node's {@code retry} leaves out
   */
  public static Definition read(String workflow, byte[] bytes, @Nullable Catalogue catalogue) {
    SourceText source;
    try {
      source = SourceText.read(bytes);
    } catch (MalformedSourceException e) {
      Place place = e.place();
      return new Definition.Bad(
          List.of(new DefinitionFault("#", place.line(), place.column(), e.sentence())), 0);
    }
    String canonical = CanonicalJson.of(source.tree());
    Faults faults = new Faults(MAX_FAULTS);
    Plan plan = new DefinitionReader(workflow, catalogue, faults).read(source.tree(), canonical);
    return plan == null || !faults.isEmpty()
        ? new Definition.Bad(placed(faults.all(), source), faults.more())
        : new Definition.Good(plan, canonical);
  }

  /** The version of a definition: SHA-256 of its canonical text, in lower-case hexadecimal. */
  public static String version(JsonNode definition) {
    return version(CanonicalJson.of(definition));
  }

  static String version(String canonical) {
    try {
      byte[] text = canonical.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static List<DefinitionFault> placed(List<FieldError> errors, SourceText source) {
    Map<String, Place> places =
        source.places(errors.stream().map(FieldError::pointer).collect(Collectors.toSet()));
    return errors.stream()
        .map(
            error -> {
              Place place = places.getOrDefault(error.pointer(), new Place(0, 0));
              return new DefinitionFault(
                  error.pointer(), place.line(), place.column(), error.detail());
            })
        .sorted(
            Comparator.comparingInt(DefinitionFault::line)
                .thenComparingInt(DefinitionFault::column))
        .toList();
  }
}
