package io.millrace.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.document.Faults;
import io.millrace.document.FieldError;
import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Scope;
import io.millrace.workflow.plan.Template;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ExpressionsTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Vocabulary NAMES =
      Vocabulary.NODE.with("item").with("loop", java.util.Set.of("round", "sum"));

  private final Faults faults = new Faults();
  private final Expressions expressions = new Expressions(faults);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "input.a|[1,2,3]",
        "${ input.a }|[1,2,3]",
        "input.none|null",
        "input.none == null|true",
        "input.a.map(x, x * 2)|[2,4,6]",
        "input.a.filter(x, x > 1).size()|2",
        "input.a[1] + loop.round|3",
        "input.real > 2|true",
        "input.real + 1.0|3.5",
        "input.rows.filter(r, r != null && r.score < 0.2).map(r, r.name)|[\"a\"]",
        "nodes.first.output.total|7",
        "nodes[\"first\"].state|\"SUCCEEDED\"",
        "has(input.nothing)|false",
        "{'a': [null, 1.5, 'x']}|{\"a\":[null,1.5,\"x\"]}",
        "input.none == null ? 'no' : input.none.x|\"no\"",
        "'b' in input.map|true",
        "2 in input.a|true",
        "input.a == [1, 2, 3]|true",
        "input.a == [1.0, 2.0, 3.0]|true",
        "'Ab,c'.lowerAscii().split(',')|[\"ab\",\"c\"]",
        "['a', 'b'].join('-')|\"a-b\"",
        "' x '.trim() + 'ß'.upperAscii()|\"xß\"",
        "5u|5",
        "timestamp('2030-01-31T08:00:00+01:00')|\"2030-01-31T07:00:00Z\"",
        "duration('90s')|\"PT1M30S\"",
        "b'abc'|\"YWJj\"",
        "int(run.id) + 1|43",
        "item|\"it\"",
        "true|true",
        "string(2.5) + '}' + \"{\"|\"2.5}{\"",
      })
  void evaluate_goodExpression_givesItsValue(String source, String json) throws Exception {
    assertThat(JSON.writeValueAsString(compiled(source).evaluate(ExpressionsTest::value)))
        .isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "inptu.a|there is no inptu here; did you mean input? (character 1)",
        "1 + whatever|there is no whatever here; known are input, item, loop, nodes, run (character"
            + " 5)",
        "inptu|there is no inptu here; did you mean input? (character 1)",
        "nodes|nodes are read by name, such as nodes.first.output (character 1)",
        "nodes.size()|nodes are read by name, such as nodes.first.output (character 1)",
        "nodes[input.x].output|the name in nodes[…] must be a plain text (character 6)",
        "nodes.a.outptu|a node has no field outptu; did you mean output?",
        "nodes.a.outptu + 1|a node has no field outptu; did you mean output? (character 8)",
        "run.ids|run has no field ids; did you mean id?",
        "loop.rond > 3|loop has no field rond; did you mean round? (character 5)",
        "siize(input.a)|there is no function siize (character 6)",
        "'a' + 1|found no matching overload for '_+_' applied to '(string, int)' (character 5)",
        "input.(|no viable alternative at input '.(' (character 7)",
        "a{}|messages cannot be made here; write a map (character 2)",
        "input.a.map(input, 1)|input is taken; name the element something else (character 12)",
        "``|there is no expression here",
        "${input.a} x|this must be one expression and nothing beside it",
        "${input.a|${ is never closed; write $${ for a plain ${ (character 1)",
      })
  void compile_badExpression_saysWhatAndWhere(String source, String message) {
    assertThat(expressions.expression(JSON.valueToTree(source), "#/x", NAMES)).isNull();
    assertThat(faults.all()).containsExactly(new FieldError("#/x", message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input.zz|input.zz: there is no field zz",
        "input.zz + 1|input.zz + 1: there is no field zz",
        "input.none.x|input.none.x: what has no field x is null",
        "1 / (input.a[0] - 1)|1 / (input.a[0] - 1): it divides by zero",
        "input.real + 1|input.real + 1: + does not take values of these types; whole numbers and"
            + " others do not mix, see double() and int()",
        "input.a.startsWith('a')|input.a.startsWith('a'): startsWith does not take values of these"
            + " types",
        "input.map['x']|input.map['x']: there is no field x",
        "input.real.x + 1|input.real.x + 1: a field is read of what is not an object",
        "9223372036854775807 + loop.round|9223372036854775807 + loop.round: a whole number leaves"
            + " the range of 64 bits",
        "input.a[7]|input.a[7]: an index lies outside of its list",
        "type(1)|type(1): the value is a type, which JSON has no form for",
        "0.0 / 0.0|0.0 / 0.0: the value has NaN or Infinity, which are no numbers in JSON",
        "{1: 2}|{1: 2}: the value has a map whose keys are not texts",
        "18446744073709551615u|18446744073709551615u: the value has a number that does not fit into"
            + " 64 bits",
        "[1].join(',')|[1].join(','): join takes a list of texts; use string() on its elements",
      })
  void evaluate_noValue_saysWhy(String source, String message) {
    Expression expression = compiled(source);
    assertThatThrownBy(() -> expression.evaluate(ExpressionsTest::value))
        .isInstanceOf(ExpressionException.class)
        .hasMessage(message);
  }

  /** Each would take minutes, or all of the memory, if nothing stopped it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "input.big.all(x, input.big.all(y, x != y + 100000))",
        "input.big.exists(x, input.big.exists(y, input.big.exists(z, x + y + z == -1)))",
        "input.big.all(x, x in input.big || true)",
        "input.big.all(x, input.big == input.big)",
        "input.big.all(x, input.big + input.big != [])",
        "input.big.map(x, input.text + input.text).size()",
        "input.big.map(x, [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16].map(y, [y,y,y,y,y,y,y,y]))",
        "input.big.all(x, !input.text.contains(input.text + 'y'))",
        "input.text.matches('(x*)*y')",
        "input.big.all(x, input.text.split('').size() > 0)",
      })
  void evaluate_bomb_isStopped(String source) {
    Expression expression = compiled(source);
    assertThatThrownBy(() -> expression.evaluate(ExpressionsTest::value))
        .isInstanceOf(ExpressionException.class)
        .hasMessageFindingMatch("takes? more than|larger than");
  }

  @Test
  void evaluate_sharedParts_areCountedEachTime() {
    String source = "[0]";
    for (int i = 0; i < 12; i++) {
      source += ".map(a, [a,a,a,a,a,a,a,a,a,a])";
    }
    Expression result = compiled(source);
    Expression compared = compiled("[" + source + "].all(b, b == b)");
    assertThatThrownBy(() -> result.evaluate(ExpressionsTest::value))
        .hasMessageContaining("larger than 4194304 bytes");
    assertThatThrownBy(() -> compared.evaluate(ExpressionsTest::value))
        .hasMessageContaining("takes more than 1000000 steps");
  }

  @Test
  void evaluate_deepValue_isRefused() {
    String source = "1";
    for (int i = 0; i < 51; i++) {
      source = "[" + source + "]";
    }
    Expression deep = compiled("[" + source + "]");
    assertThatThrownBy(() -> deep.evaluate(ExpressionsTest::value))
        .hasMessageContaining("nested deeper than 50 levels");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[", "1+", "input.a.map(x, ", "a?b:", "input.a["})
  void compile_deepNesting_isAFault(String piece) {
    String source = piece.repeat(3_900 / piece.length()) + "1";
    assertThat(expressions.expression(JSON.valueToTree(source), "#/x", NAMES)).isNull();
    assertThat(faults.all()).hasSize(1);
  }

  @Test
  void compile_longChain_isCompiledOrAFault() {
    expressions.expression(JSON.valueToTree("1" + "+1".repeat(1_900)), "#", NAMES);
    expressions.expression(JSON.valueToTree("input" + ".a()".repeat(900)), "#", NAMES);
    expressions.expression(JSON.valueToTree("input" + "[0]".repeat(1_300)), "#", NAMES);
    assertThat(faults.all()).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void compile_fourLoopsInEachOther_areRefused() {
    String source = "input.a.all(b, input.a.all(c, input.a.all(d, input.a.all(e, true))))";
    assertThat(expressions.expression(JSON.valueToTree(source), "#/x", NAMES)).isNull();
    assertThat(faults.all().getFirst().detail()).startsWith("all, exists, filter and map lie more");
  }

  @Test
  void compile_tooLong_isAFault() {
    String source = "1 + " + " ".repeat(4_000) + "1";
    assertThat(expressions.expression(JSON.valueToTree(source), "#/x", NAMES)).isNull();
    assertThat(faults.all().getFirst().detail())
        .isEqualTo("an expression has at most 4000 characters; this has 4005");
  }

  @Test
  void nodes_ofExpressionAndTemplate_areThoseRead() {
    assertThat(compiled("nodes.a.output + nodes['b'].output").nodes())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(compiled("[1].map(n, nodes.c.output)").nodes()).containsExactly("c");
    assertThat(template("{\"x\": [\"${nodes.d.error}\", \"-${nodes.e.state}\"]}").nodes())
        .containsExactlyInAnyOrder("d", "e");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1|1",
        "\"plain\"|\"plain\"",
        "\"${input.a}\"|[1,2,3]",
        "\"a ${input.a} b ${input.none} ${item}\"|\"a [1,2,3] b null it\"",
        "\"$${input.a}\"|\"${input.a}\"",
        "\"$${x} ${item}\"|\"${x} it\"",
        "\"${ {'a': {'b': '}'}} }\"|{\"a\":{\"b\":\"}\"}}",
        "\"${ 'it\\\\'s {' }\"|\"it's {\"",
        "\"${ r'a\\\\b}' }\"|\"a\\\\b}\"",
        "[1, {\"k\": \"${input.real}\"}, \"$ {\"]|[1,{\"k\":2.5},\"$ {\"]",
        "{\"a\": null, \"b\": [true, 1.50]}|{\"a\":null,\"b\":[true,1.5]}",
      })
  void render_template_putsValuesIn(String template, String json) throws Exception {
    assertThat(JSON.writeValueAsString(template(template).render(ExpressionsTest::value)))
        .isEqualTo(json);
  }

  @Test
  void render_manyLargeValues_shareOneBound() {
    Template template = template("[\"${input.text}\",\"${input.text}\",\"${input.text}\"]");
    assertThatThrownBy(() -> template.render(ExpressionsTest::value))
        .hasMessageContaining("larger than 4194304 bytes");
  }

  @Test
  void template_faults_nameTheirPlaces() {
    String text = "{\"a\": [1, \"${x}\"], \"b/c\": \"${\", \"${input}\": 1}";
    assertThat(expressions.template(JSON.readTree(text), "#/with", NAMES)).isNull();
    assertThat(faults.all())
        .extracting(FieldError::pointer)
        .containsExactly("#/with/a/1", "#/with/b~1c", "#/with/${input}");
  }

  @Test
  void evaluate_byManyThreads_givesEachItsValue() throws Exception {
    Expression expression = compiled("[item, item].map(x, x + x)");
    List<Callable<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long mine = i;
      Scope scope = name -> name.equals("item") ? mine : null;
      calls.add(() -> List.of(2 * mine, 2 * mine).equals(expression.evaluate(scope)));
    }
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var result : threads.invokeAll(calls)) {
        assertThat(result.get()).isEqualTo(true);
      }
    }
  }

  private Expression compiled(String source) {
    Expression compiled = expressions.expression(JSON.valueToTree(source), "#/x", NAMES);
    assertThat(faults.all()).isEmpty();
    return Objects.requireNonNull(compiled);
  }

  private Template template(String json) {
    Template template = expressions.template(JSON.readTree(json), "#", NAMES);
    assertThat(faults.all()).isEmpty();
    return Objects.requireNonNull(template);
  }

  private static @Nullable Object value(String name) {
    return switch (name) {
      case "input" -> INPUT;
      case "nodes" -> Map.of("first", Map.of("output", Map.of("total", 7L), "state", "SUCCEEDED"));
      case "run" -> Map.of("id", "42");
      case "item" -> "it";
      case "loop" -> Map.of("round", 1L);
      default -> null;
    };
  }

  private static final Map<String, @Nullable Object> INPUT = input();

  private static Map<String, @Nullable Object> input() {
    Map<String, @Nullable Object> input = new HashMap<>();
    input.put("a", List.of(1L, 2L, 3L));
    input.put("none", null);
    input.put("real", 2.5);
    input.put("map", Collections.singletonMap("b", null));
    input.put(
        "rows",
        Arrays.asList(null, Map.of("name", "a", "score", 0.1), Map.of("name", "b", "score", 0.3)));
    input.put("big", LongStream.range(0, 10_000).boxed().toList());
    input.put("text", "x".repeat(2_000_000));
    return input;
  }
}
