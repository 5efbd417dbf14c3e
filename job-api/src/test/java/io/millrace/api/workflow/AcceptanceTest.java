package io.millrace.api.workflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.DefinitionFault;
import io.millrace.workflow.definition.Definitions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptanceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "input: {}",
        "concurrency: {key: '${input.customer}', limit: 3}",
        "input: {type: object, properties: {n: {$ref: '#/$defs/n'}}, $defs: {n: {type: integer}}}",
        "input: {$defs: {tree: {items: {$ref: '#/$defs/tree'}}}, $ref: '#/$defs/tree'}",
      })
  void check_usableSchemaOrNone_isGood(String input) {
    assertThat(check("nodes: {a: {transform: 1}}\n" + input)).isInstanceOf(Definition.Good.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{properties: {n: {$ref: \"https://example.org/other.json\"}}} | #/input | not allowed",
        "{properties: {n: {$ref: \"file:///etc/passwd\"}}} | #/input | not allowed",
        "{properties: {n: {$ref: \"#/$defs/missing\"}}} | #/input | /$defs/missing",
        "{pattern: \"(\"} | #/input | missing closing",
        "{pattern: \"(?=a)b\"} | #/input | invalid or unsupported Perl syntax",
        "{$schema: \"https://example.org/own-dialect\"} | #/input | not allowed",
        "{properties: {n: {type: integr}}} | #/input/properties/n/type | type: does not have",
        "{required: n} | #/input/required | array expected",
        "{allOf: [{minLength: -1}]} | #/input/allOf/0/minLength | minimum value of 0",
      })
  void check_unusableSchema_isAFaultAtItsPlace(String schema, String pointer, String words) {
    List<DefinitionFault> faults = faults("nodes: {a: {transform: 1}}\n# why\ninput: " + schema);
    assertThat(faults)
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.pointer()).isEqualTo(pointer);
              assertThat(fault.line()).isEqualTo(3);
              assertThat(fault.column()).isPositive();
              assertThat(fault.message()).contains(words);
              assertThat(fault.message()).doesNotContain("Exception", "java.", "\n");
            });
  }

  @Test
  void check_severalFaults_areAllNamedByLine() {
    assertThat(
            faults(
                """
                nodes: {a: {transform: 1}}
                input:
                  type: objekt
                  properties:
                    n: {minimum: x}
                """))
        .extracting(DefinitionFault::line)
        .containsExactlyInAnyOrder(3, 5);
  }

  @Test
  void check_hugeSchema_isRefused() {
    StringBuilder input = new StringBuilder("nodes: {a: {transform: 1}}\ninput:\n  properties:\n");
    for (int i = 0; i < 20_000; i++) {
      input.append("    p").append(i).append(": {type: string, minLength: 1, maxLength: 2}\n");
    }
    assertThat(faults(input.toString()))
        .singleElement()
        .satisfies(fault -> assertThat(fault.message()).contains("too many parts"));
  }

  private static List<DefinitionFault> faults(String yaml) {
    return ((Definition.Bad) check(yaml)).faults();
  }

  private static Definition check(String yaml) {
    byte[] text = yaml.getBytes(UTF_8);
    return Acceptance.check(Definitions.read("w", text, null), text);
  }
}
