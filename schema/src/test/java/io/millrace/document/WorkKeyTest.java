package io.millrace.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.CachePolicy;
import io.millrace.model.JobType;
import io.millrace.model.WorkerDeath;
import io.millrace.model.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class WorkKeyTest {
  private static final CachePolicy OWN = CachePolicy.ON_REQUEST;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static JobType type(String name, int version) {
    return new JobType(
        name, version, Workload.IO, "default", 3, 1000, "{}", WorkerDeath.RETRY, null, null);
  }

  private static String key(String tenant, JobType type, CachePolicy policy, JsonNode payload) {
    return WorkKey.of(tenant, type, policy, payload, name -> Optional.empty()).orElseThrow();
  }

  private static String key(CachePolicy policy, String payload) {
    return key("t", type("echo", 1), policy, JSON.readTree(payload));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"b\":2} | { \"b\" : 2, \"a\" : 1 }",
        "{\"a\":1} | {\"a\":1.0}",
        "{\"a\":1} | {\"a\":1e0}",
        "{\"a\":100} | {\"a\":1e2}",
        "{\"a\":0} | {\"a\":-0.0}",
        "{\"a\":\"é\"} | {\"a\":\"\\u00e9\"}",
        "{\"a\":\"/\"} | {\"a\":\"\\/\"}",
        "{\"a\":\"\uD83D\uDE00\"} | {\"a\":\"\\ud83d\\ude00\"}",
        "{\"a\":{\"y\":[],\"x\":{}}} | {\"a\":{\"x\":{},\"y\":[]}}"
      })
  void of_sameContentWrittenDifferently_isTheSame(String one, String other) {
    assertThat(key(OWN, one)).isEqualTo(key(OWN, other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1} | {\"a\":\"1\"}",
        "{\"a\":[1,2]} | {\"a\":[2,1]}",
        "{\"a\":null} | {}",
        "{\"a\":0} | {\"a\":false}",
        "{\"a\":\"\"} | {\"a\":null}",
        "{\"a\":\"e\u0301\"} | {\"a\":\"\u00e9\"}",
        "{\"a\":9007199254740993} | {\"a\":9007199254740992}",
        "{\"a\":0.1} | {\"a\":0.10000000000000001}",
        "{\"a\":{\"b\":1}} | {\"a\":{},\"b\":1}"
      })
  void of_otherContent_isAnother(String one, String other) {
    assertThat(key(OWN, one)).isNotEqualTo(key(OWN, other));
  }

  @Test
  void of_membersInAnyOrder_isTheSame() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      JsonNode document = document(random, 4);
      assertThat(key("t", type("echo", 1), OWN, shuffled(document, random)))
          .isEqualTo(key("t", type("echo", 1), OWN, document));
    }
  }

  @Test
  void of_otherTenantTypeOrVersion_isAnother() {
    JsonNode payload = JSON.readTree("{\"value\":1}");
    String key = key("t", type("echo", 1), OWN, payload);
    assertThat(key("u", type("echo", 1), OWN, payload)).isNotEqualTo(key);
    assertThat(key("t", type("echoes", 1), OWN, payload)).isNotEqualTo(key);
    assertThat(key("t", type("echo", 2), OWN, payload)).isNotEqualTo(key);
  }

  @Test
  void of_sharedType_isTheSameForAllTenantsAndNoTenantsOwn() {
    JsonNode payload = JSON.readTree("{\"value\":1}");
    String shared = key("t", type("echo", 1), OWN.sharedByTenants(), payload);
    assertThat(key("u", type("echo", 1), OWN.sharedByTenants(), payload)).isEqualTo(shared);
    assertThat(key("null", type("echo", 1), OWN, payload)).isNotEqualTo(shared);
  }

  @Test
  void of_nullsDropped_countAsAbsentInObjectsAndNotInArrays() {
    CachePolicy dropping = OWN.withoutNulls();
    assertThat(key(dropping, "{\"a\":null,\"b\":{\"c\":null}}"))
        .isEqualTo(key(dropping, "{\"b\":{}}"));
    assertThat(key(dropping, "{\"a\":[null]}")).isNotEqualTo(key(dropping, "{\"a\":[]}"));
    assertThat(key(dropping, "{\"a\":false}")).isNotEqualTo(key(dropping, "{}"));
  }

  @Test
  void of_dataset_countsByContentAndNotByName() {
    CachePolicy policy = OWN.withDataset("dataset");
    assertThat(dataset(policy, "a.csv", "11")).isEqualTo(dataset(policy, "b.csv", "11"));
    assertThat(dataset(policy, "a.csv", "11")).isNotEqualTo(dataset(policy, "a.csv", "22"));
    assertThat(dataset(policy, "a.csv", null)).isEmpty();
  }

  private static Optional<String> dataset(
      CachePolicy policy, String name, @Nullable String content) {
    ObjectNode payload = JSON.createObjectNode().put("dataset", name);
    return WorkKey.of("t", type("p", 1), policy, payload, n -> Optional.ofNullable(content));
  }

  private static JsonNode document(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> JSON.getNodeFactory().numberNode(random.nextInt());
      case 1 -> JSON.getNodeFactory().stringNode(text(random));
      case 2 -> JSON.getNodeFactory().nullNode();
      case 3 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
      case 4 -> {
        ArrayNode array = JSON.createArrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(document(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = JSON.createObjectNode();
        for (int i = random.nextInt(6); i > 0; i--) {
          object.set(text(random), document(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(5), 0x20, 0x3000)
        .mapToObj(Character::toString)
        .reduce("", String::concat);
  }

  private static JsonNode shuffled(JsonNode node, Random random) {
    if (node.isArray()) {
      ArrayNode array = JSON.createArrayNode();
      node.forEach(element -> array.add(shuffled(element, random)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    List<String> names = new ArrayList<>(node.propertyNames());
    Collections.shuffle(names, random);
    ObjectNode object = JSON.createObjectNode();
    names.forEach(name -> object.set(name, shuffled(node.get(name), random)));
    return object;
  }
}
