package io.millrace.ops.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ProfileTableTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  @Test
  void lines_wholeProfile_isTheGoldenText() throws Exception {
    assertThat(String.join("\n", new ProfileTable(110).lines(profile())) + "\n")
        .isEqualTo(resource("profile.txt"));
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 90, 100, 110, 120, 160})
  void lines_anyWidth_fitIt(int width) throws Exception {
    assertThat(new ProfileTable(width).lines(profile()))
        .allSatisfy(line -> assertThat(Cells.width(line)).isLessThanOrEqualTo(width));
  }

  @Test
  void lines_narrow_leavesOutMeanFirst() throws Exception {
    assertThat(new ProfileTable(90).lines(profile()).get(4))
        .contains("COLUMN", "MAX", "HISTOGRAM")
        .doesNotContain("MEAN");
  }

  @Test
  void lines_manyBadRows_showsTheFirstFew() {
    ObjectNode profile = JSON.createObjectNode();
    ArrayNode sample = profile.putObject("badRows").put("count", 195).putArray("sample");
    for (int line = 1; line <= 20; line++) {
      sample.addObject().put("line", line).put("reason", "too short");
    }

    assertThat(new ProfileTable(110).lines(profile))
        .contains("BAD ROWS (5 of 195)", "  line 5        too short")
        .noneMatch(line -> line.contains("line 6"));
  }

  @Test
  void lines_emptyResult_isOneLine() {
    assertThat(new ProfileTable(110).lines(JSON.createObjectNode()))
        .containsExactly("data set · 0 rows · no bad rows · 0 columns");
  }

  @Test
  void lines_anyFieldMissing_stillRenders() throws Exception {
    ObjectNode whole = (ObjectNode) profile();
    for (String name : whole.propertyNames()) {
      assertThat(new ProfileTable(110).lines(whole.deepCopy().without(name))).isNotEmpty();
    }
    JsonNode column = whole.path("columns").get(2);
    for (String name : column.propertyNames()) {
      ObjectNode lacking = whole.deepCopy();
      ((ObjectNode) ((ArrayNode) lacking.get("columns")).get(2)).remove(name);
      List<String> lines = new ProfileTable(110).lines(lacking);
      assertThat(lines).as(name).anySatisfy(line -> assertThat(line).startsWith("COLUMN"));
    }
  }

  private static JsonNode profile() throws IOException {
    return JSON.readTree(resource("profile.json"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ProfileTableTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
