package io.millrace.workflow.definition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.millrace.document.RetryReader;
import io.millrace.workflow.source.MalformedSourceException;
import io.millrace.workflow.source.SourceText;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DefinitionSchemaTest {
  private static final JsonNode DOCUMENT = JsonMapper.shared().readTree(DefinitionSchema.text());
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(DOCUMENT);

  @Test
  void schema_exampleOfTheDocs_fits() throws IOException {
    assertThat(complaints(DefinitionsTest.example())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nodes: {a: {type: e, while: {condition: true, carry: {x: {start: 1, next: 2}}}}}",
        "nodes: {a: {switch: [{when: input.x, then: b}], default: [b]}, b: {sleep: 90}}",
        "nodes: {a: {signal: {options: [1, 2], timeout: 3h, default: 1}, onError: {continue: 1}}}",
        "nodes: {a: {type: e, retry: {maxAttempts: 3, initialDelay: PT1S, kinds: [BUG]}}}",
        "nodes: {a: {workflow: w, forEach: {in: input, tolerate: 5%}, onError: continue}}",
      })
  void schema_goodDefinition_fits(String text) {
    DefinitionsTest.good(text);
    assertThat(complaints(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "nodes: {}",
        "nodes: {a: {}}",
        "nodes: {a: {type: e, sleep: 1s}}",
        "nodes: {a: {sleep: 1s, retry: {}}}",
        "nodes: {a: {type: e, forEach: {in: input}, while: {condition: true}}}",
        "nodes: {a: {signal: {default: 1}}}",
        "nodes: {a: {type: e, tpye: 1}}",
        "nodes: {a: {type: e}}\nconcurrency: {key: x}",
      })
  void schema_badDefinition_doesNotFit(String text) {
    assertThat(Definitions.read("w", text.getBytes(UTF_8), null))
        .isInstanceOf(Definition.Bad.class);
    assertThat(complaints(text)).isNotEmpty();
  }

  static Stream<Arguments> fields() {
    return Stream.of(
        Arguments.of("", DefinitionReader.FIELDS),
        Arguments.of("/properties/concurrency", DefinitionReader.CONCURRENCY_FIELDS),
        Arguments.of("/$defs/node", WorkFields.ALL),
        Arguments.of("/$defs/node/properties/signal", WorkReader.SIGNAL_FIELDS),
        Arguments.of("/$defs/node/properties/switch/items", WorkReader.CASE_FIELDS),
        Arguments.of("/$defs/node/properties/onError/oneOf/1", NodeReader.ON_ERROR_FIELDS),
        Arguments.of("/$defs/node/properties/forEach", TaskReader.FOR_EACH_FIELDS),
        Arguments.of("/$defs/node/properties/while", TaskReader.WHILE_FIELDS),
        Arguments.of(
            "/$defs/node/properties/while/properties/carry/additionalProperties",
            TaskReader.CARRY_FIELDS),
        Arguments.of("/$defs/node/properties/retry", RetryReader.FIELDS));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void schema_eachObject_hasTheFieldsThatAreRead(String at, Set<String> fields) {
    JsonNode properties = DOCUMENT.at(at + "/properties");
    assertThat(new HashSet<>(properties.propertyNames())).isEqualTo(fields);
  }

  private static List<?> complaints(String text) {
    try {
      return SCHEMA.validate(SourceText.read(text.getBytes(UTF_8)).tree());
    } catch (MalformedSourceException e) {
      throw new AssertionError(e);
    }
  }
}
