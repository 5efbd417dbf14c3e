package io.millrace.api.workflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.Definitions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputSchemasTest {
  @Test
  void check_usableSchemaOrNone_isGood() {
    assertThat(check("nodes: {a: {transform: 1}}")).isInstanceOf(Definition.Good.class);
    assertThat(
            check(
                """
                nodes: {a: {transform: 1}}
                input: {type: object, properties: {n: {$ref: "#/$defs/n"}}, $defs: {n: {type: integer}}}
                """))
        .isInstanceOf(Definition.Good.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{properties: {n: {$ref: 'https://example.org/other.json'}}}",
        "{properties: {n: {$ref: 'file:///etc/passwd'}}}",
        "{properties: {n: {$ref: '#/$defs/missing'}}}",
        "{pattern: '('}",
        "{$schema: 'https://example.org/own-dialect'}",
      })
  void check_unusableSchema_isAFaultAtItsPlace(String schema) {
    assertThat(check("nodes: {a: {transform: 1}}\n# why\ninput: " + schema))
        .isInstanceOfSatisfying(
            Definition.Bad.class,
            bad ->
                assertThat(bad.faults())
                    .singleElement()
                    .satisfies(
                        fault -> {
                          assertThat(fault.pointer()).isEqualTo("#/input");
                          assertThat(fault.line()).isEqualTo(3);
                          assertThat(fault.message()).startsWith("input is no JSON Schema");
                          assertThat(fault.message()).doesNotContain("Exception", "null", "\n");
                        }));
  }

  private static Definition check(String yaml) {
    byte[] text = yaml.getBytes(UTF_8);
    return InputSchemas.check(Definitions.read("w", text, null), text);
  }
}
