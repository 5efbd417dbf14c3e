package io.millrace.api.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.document.FieldError;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadValidatorTest {
  private static final String SCHEMA =
      """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "required": ["url"],
        "properties": {
          "url": {"type": "string", "minLength": 3, "maxLength": 10, "pattern": "^h"},
          "readTimeoutMillis": {"type": "integer", "minimum": 1, "maximum": 60000},
          "ratio": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
          "step": {"multipleOf": 5},
          "method": {"enum": ["GET", "POST"]},
          "fixed": {"const": "x"},
          "flag": {"type": ["boolean", "null"]},
          "codes": {
            "type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": true,
            "items": {"oneOf": [{"type": "integer"}, {"type": "string", "pattern": "^[1-5]xx$"}]}
          },
          "headers": {
            "type": "object", "minProperties": 1, "maxProperties": 2,
            "propertyNames": {"pattern": "^[a-z]+$"},
            "additionalProperties": {"type": "string", "maxLength": 1}
          },
          "inner": {"$ref": "#/$defs/inner"},
          "body": {}
        },
        "if": {"properties": {"method": {"const": "GET"}}, "required": ["method"]},
        "then": {"properties": {"body": false}},
        "$defs": {
          "inner": {
            "type": "object",
            "additionalProperties": false,
            "properties": {"alpha": {"type": "string"}, "beta": {"type": "string"}}
          }
        }
      }
      """;

  private final PayloadValidator validator = new PayloadValidator();
  private final RequestJson json = new RequestJson();

  private List<FieldError> errors(String payload) throws MalformedJsonException {
    return validator.validate(SCHEMA, json.read(payload.replace('\'', '"').getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'url':'https'}",
        "{'url':'https','readTimeoutMillis':60000,'ratio':0.5,'step':10,'flag':null}",
        "{'url':'https','codes':[200,'2xx'],'headers':{'a':'x'},'inner':{'alpha':'y'}}",
        "{'url':'https','method':'POST','body':{'any':[1]}}"
      })
  void validate_fitting_isEmpty(String payload) throws Exception {
    assertThat(errors(payload)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | #/payload/url | url is required",
        "[] | #/payload | payload must be an object, not an array",
        "null | #/payload | payload must be an object, not null",
        "{'url':5} | #/payload/url | url must be a string, not an integer",
        "{'url':'ht'} | #/payload/url | url must be at least 3 characters long",
        "{'url':'hhhhhhhhhhh'} | #/payload/url | url must be at most 10 characters long",
        "{'url':'xxx'} | #/payload/url | url does not have the required form: ^h",
        "{'url':'hhh','readTimeoutMillis':0} | #/payload/readTimeoutMillis | readTimeoutMillis must"
            + " be at least 1",
        "{'url':'hhh','readTimeoutMillis':60001} | #/payload/readTimeoutMillis | readTimeoutMillis"
            + " must be at most 60000",
        "{'url':'hhh','readTimeoutMillis':1.5} | #/payload/readTimeoutMillis | readTimeoutMillis"
            + " must be an integer, not a number",
        "{'url':'hhh','ratio':0} | #/payload/ratio | ratio must be more than 0",
        "{'url':'hhh','ratio':1} | #/payload/ratio | ratio must be less than 1",
        "{'url':'hhh','step':7} | #/payload/step | step must be a multiple of 5",
        "{'url':'hhh','method':'PUT'} | #/payload/method | method must be one of GET, POST",
        "{'url':'hhh','fixed':'y'} | #/payload/fixed | fixed must be \"x\"",
        "{'url':'hhh','flag':'yes'} | #/payload/flag | flag must be a boolean or null, not a"
            + " string",
        "{'url':'hhh','codes':[]} | #/payload/codes | codes must have at least 1 item",
        "{'url':'hhh','codes':[1,2,3]} | #/payload/codes | codes must have at most 2 items",
        "{'url':'hhh','codes':[1,1]} | #/payload/codes | codes must not have the same item twice",
        "{'url':'hhh','codes':[1,'9xx']} | #/payload/codes/1 | codes[1] has none, or more than one,"
            + " of the forms it may have",
        "{'url':'hhh','headers':{}} | #/payload/headers | headers must have at least 1 field",
        "{'url':'hhh','headers':{'a':'','b':'','c':''}} | #/payload/headers | headers must have at"
            + " most 2 fields",
        "{'url':'hhh','headers':{'A/~B':''}} | #/payload/headers/A~1~0B | A/~B is not allowed as a"
            + " name in headers",
        "{'url':'hhh','headers':{'a':'long'}} | #/payload/headers/a | a must be at most 1 character"
            + " long",
        "{'url':'hhh','method':'GET','body':1} | #/payload/body | body is not allowed with the"
            + " other fields given",
        "{'url':'hhh','readTimeoutMilis':5} | #/payload/readTimeoutMilis | readTimeoutMilis is no"
            + " field of payload; did you mean readTimeoutMillis?",
        "{'url':'hhh','Method':'GET'} | #/payload/Method | Method is no field of payload; did you"
            + " mean method?",
        "{'url':'hhh','ulr':'hhh'} | #/payload/ulr | ulr is no field of payload",
        "{'url':'hhh','zzz':5} | #/payload/zzz | zzz is no field of payload",
        "{'url':'hhh','inner':{'alhpa':''}} | #/payload/inner/alhpa | alhpa is no field of inner;"
            + " did you mean alpha?"
      })
  void validate_misfit_saysFieldAndLimit(String payload, String pointer, String detail)
      throws Exception {
    assertThat(errors(payload)).containsExactly(new FieldError(pointer, detail));
  }

  @Test
  void validate_misspeltRequired_saysBoth() throws Exception {
    assertThat(errors("{'ulr':'hhh'}"))
        .containsExactlyInAnyOrder(
            new FieldError("#/payload/url", "url is required"),
            new FieldError("#/payload/ulr", "ulr is no field of payload; did you mean url?"));
  }

  @Test
  void validate_manyErrors_reportsTwenty() throws Exception {
    String fields =
        IntStream.range(0, 20_000).mapToObj(i -> "'f" + i + "':1").collect(Collectors.joining(","));

    assertThat(errors("{" + fields + "}")).hasSize(PayloadValidator.MAX_ERRORS);
  }

  @Test
  void validate_hugeArray_isGivenUp() throws Exception {
    assertThat(errors("{'url':'hhh','codes':[" + "true,".repeat(50_000) + "1]}"))
        .containsExactly(
            new FieldError(
                "#/payload", "payload has too many parts: checking it stops after 100000 steps"));
  }

  @Test
  void validate_anyMisfit_repeatsNoValue() throws Exception {
    String secret = "s3cret-" + "x".repeat(100);
    String payload =
        "{'url':'S','readTimeoutMillis':'S','method':'S','fixed':'S','flag':'S','codes':['S','S'],"
            + "'headers':{'a':'S'},'ratio':'S','inner':'S'}";

    List<FieldError> errors = errors(payload.replace("S", secret));

    assertThat(errors).hasSizeGreaterThanOrEqualTo(9).asString().doesNotContain("s3cret");
  }

  @Test
  void validate_longName_isCut() throws Exception {
    List<FieldError> errors = errors("{'url':'hhh','" + "n".repeat(900) + "':1}");

    assertThat(errors)
        .containsExactly(new FieldError("#/payload", "n".repeat(60) + "… is no field of payload"));
  }

  @Test
  void validate_controlCharactersInName_areReplaced() throws Exception {
    assertThat(errors("{'url':'hhh','a\\r\\n\\u001b[2J':1}").getFirst().detail())
        .isEqualTo("a???[2J is no field of payload");
  }

  @Test
  void validate_remoteReference_isNotFetched() throws Exception {
    var hits = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          hits.incrementAndGet();
          exchange.close();
        });
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/s.json";
      for (String schema :
          List.of(
              "{\"$ref\":\"" + base + "\"}",
              "{\"$schema\":\"" + base + "\"}",
              "{\"properties\":{\"a\":{\"$ref\":\"" + base + "#/a\"}}}",
              "{\"$ref\":\"file:///etc/passwd\"}",
              "{\"$ref\":\"classpath:application.properties\"}")) {
        assertThatThrownBy(() -> validator.validate(schema, json.read("{\"a\":1}".getBytes(UTF_8))))
            .as(schema)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("the payload schema cannot be used");
      }
      assertThat(hits).hasValue(0);
    } finally {
      server.stop(0);
    }
  }
}
