package io.millrace.api.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.admission.IdempotencyKeys.BadKeyException;
import io.millrace.document.CanonicalJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeysTest {
  private final RequestJson json = new RequestJson();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "abc | abc",
        "` abc  ` | abc",
        "\"abc\" | abc",
        "\"a b\" | a b",
        "\"a\\\"b\\\\c\" | a\"b\\c",
        "8e03978e-40d5-43dd-bc93-6894a57f9324 | 8e03978e-40d5-43dd-bc93-6894a57f9324",
      })
  void ofHeader_bareOrQuoted_isTheSameKey(String header, String key) throws Exception {
    assertThat(IdempotencyKeys.ofHeader(header)).isEqualTo(key);
  }

  @Test
  void ofHeader_noHeader_isNoKey() throws Exception {
    assertThat(IdempotencyKeys.ofHeader(null)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | it is empty",
        "`  ` | it is empty",
        "\"\" | it is empty",
        "\"abc | no quoted string",
        "\"a\"b\" | no quoted string",
        "\"a\\b\" | no quoted string",
        "käse | not printable ASCII",
        "`a\tb` | not printable ASCII",
      })
  void ofHeader_noKey_saysWhy(String header, String words) {
    assertThatThrownBy(() -> IdempotencyKeys.ofHeader(header))
        .isInstanceOf(BadKeyException.class)
        .hasMessageContaining(words);
  }

  @Test
  void ofHeader_longest_isTakenAndOneMoreIsNot() throws Exception {
    assertThat(IdempotencyKeys.ofHeader("k".repeat(255))).hasSize(255);
    assertThatThrownBy(() -> IdempotencyKeys.ofHeader("k".repeat(256)))
        .hasMessage("it has 256 characters; at most 255 are allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"b\":[1,2],\"a\":\"x\"}",
        " { \"a\" : \"\\u0078\" ,\n\"b\" : [ 1.0 , 2e0 ] } ",
        "{\"a\":\"x\",\"b\":[1,2.00]}"
      })
  void of_sameContent_hasTheSameHash(String text) throws Exception {
    assertThat(hash(text)).isEqualTo(hash("{\"a\":\"x\",\"b\":[1,2]}")).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"x\",\"b\":[2,1]}",
        "{\"a\":\"x\",\"b\":[1,2.0000000000000000000000001]}",
        "{\"a\":\"x\",\"b\":[1,\"2\"]}",
        "{\"a\":\"x\",\"b\":[1,2],\"c\":null}",
        "{\"a\":\"x\",\"b\":[[1,2]]}",
        "{\"a\":\"X\",\"b\":[1,2]}"
      })
  void of_otherContent_hasAnotherHash(String text) throws Exception {
    assertThat(hash(text)).isNotEqualTo(hash("{\"a\":\"x\",\"b\":[1,2]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"\\u20ac\":1,\"\\r\":2,\"1\":3} | {\"\\r\":2,\"1\":3,\"€\":1}",
        "[true,false,null,{},[],\"\\u001f\\u000a\\/\\\"\"] | [true,false,null,{},[],\"\\u001f\\n"
            + "/\\\"\"]",
        "[100,1e2,-0.0,0.10,12345678901234567890123] | [1E+2,1E+2,0,0.1,12345678901234567890123]",
      })
  void canonical_text_isSortedAndBare(String text, String canonical) throws Exception {
    assertThat(CanonicalJson.of(json.read(text.getBytes(UTF_8)))).isEqualTo(canonical);
  }

  private String hash(String text) throws Exception {
    return IdempotencyKeys.of("op", "k", json.read(text.getBytes(UTF_8))).requestHash();
  }
}
