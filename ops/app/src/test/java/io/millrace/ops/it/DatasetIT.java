package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.sample.TripSample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** Datasets from upload to profile, over HTTP and across the death of a worker. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DatasetIT {
  private static final int BIG_ROWS = 3_000_000;
  private static final Installation INSTALLATION = Installation.create();
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    jobs = Installation.jobs(INSTALLATION.startApi());
  }

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  /** First, because it must be the only worker's death that decides where the profile goes on. */
  @Test
  @Order(1)
  void workerKilledMidProfile_anotherResumesItFromItsCheckpoint() throws Exception {
    Path file = Stored.datasetRoot(INSTALLATION).resolve("big.csv");
    Files.createDirectories(Stored.datasetRoot(INSTALLATION));
    try (OutputStream out = Files.newOutputStream(file)) {
      new TripSample(7, BIG_ROWS).writeTo(out);
    }
    ChildProcess doomed = INSTALLATION.startChild(Map.of(), "up", "--worker", "--port=0");
    String id = profile("big.csv");
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> jobs.status(id).at("/progress/fraction").asDouble() > 0.2);
    doomed.kill();
    assertThat(jobs.state(id)).isEqualTo("RUNNING");
    INSTALLATION.startWorker();
    JsonNode status = jobs.succeeded(id);
    assertThat(status.path("attempt").asInt()).isEqualTo(2);
    assertThat(status.at("/lastError/kind").asString()).isEqualTo("LEASE_LOST");
    JsonNode resumed = jobs.result(id);
    long from = resumed.at("/resumed/fromRow").asLong();
    assertThat(from).isBetween(BIG_ROWS / 10L, BIG_ROWS - 1L);
    assertThat(resumed.at("/resumed/attempt").asInt()).isEqualTo(2);
    JsonNode lines = Jobs.json(jobs.get("/v1/jobs/" + id + "/log")).path("lines");
    assertThat(lines.valueStream().map(line -> line.path("line").asString()))
        .anySatisfy(line -> assertThat(line).startsWith("resumed from row"));
    assertThat(rows(resumed)).isEqualTo(BIG_ROWS);
    String again = profile("big.csv");
    jobs.succeeded(again);
    JsonNode whole = jobs.result(again);
    assertThat(whole.has("resumed")).isFalse();
    assertSameExactFigures(resumed, whole);
  }

  @Test
  @Order(2)
  void put_storesListsAndReplaces() {
    byte[] first = "a,b\n1,2\n".getBytes(UTF_8);
    byte[] second = "a,b\n1,2\n3,4\n".getBytes(UTF_8);
    HttpResponse<String> created = jobs.put("/v1/datasets/team/a.csv", first);
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(Jobs.json(created).path("name").asString()).isEqualTo("team/a.csv");
    assertThat(Jobs.json(created).path("bytes").asInt()).isEqualTo(first.length);
    assertThat(Jobs.json(created).path("sha256").asString()).isEqualTo(sha256(first));
    HttpResponse<String> replaced = jobs.put("/v1/datasets/team/a.csv", second);
    assertThat(replaced.statusCode()).isEqualTo(200);
    assertThat(Jobs.json(replaced).path("sha256").asString()).isEqualTo(sha256(second));
    JsonNode listed = Jobs.json(jobs.get("/v1/datasets")).path("datasets");
    List<String> names = listed.valueStream().map(d -> d.path("name").asString()).toList();
    assertThat(names).contains("big.csv", "team/a.csv").isSorted();
    assertThat(listed.get(names.indexOf("team/a.csv")).path("bytes").asInt())
        .isEqualTo(second.length);
  }

  @Test
  @Order(3)
  void profile_ofCsvPlainAndCompressed_saysTheSame() {
    byte[] csv = "city,n\nBonn,1\nKöln,2\nBonn,4\n".getBytes(UTF_8);
    JsonNode plain = profiled("cities.csv", csv);
    JsonNode zipped = profiled("cities.csv.gz", gzip(csv));
    assertThat(plain.path("rows").asInt()).isEqualTo(3);
    assertThat(plain.path("columnCount").asInt()).isEqualTo(2);
    assertThat(plain.at("/format/kind").asString()).isEqualTo("csv");
    assertThat(plain.at("/columns/1/name").asString()).isEqualTo("n");
    assertThat(zipped.at("/format/gzip").asBoolean()).isTrue();
    assertThat(zipped.path("columns")).isEqualTo(plain.path("columns"));
  }

  @Test
  @Order(3)
  void profile_ofNdjson_findsItsFields() {
    byte[] lines = "{\"a\":1,\"b\":\"x\"}\n{\"a\":2}\n".getBytes(UTF_8);
    JsonNode report = profiled("events.ndjson", lines);
    assertThat(report.at("/format/kind").asString()).isEqualTo("ndjson");
    assertThat(report.path("rows").asInt()).isEqualTo(2);
    assertThat(report.path("columns").valueStream().map(c -> c.path("name").asString()))
        .containsExactly("a", "b");
  }

  @Test
  @Order(3)
  void profile_withFewRaggedRows_countsAndShowsThem() {
    String good = "1,2\n".repeat(50);
    JsonNode report = profiled("ragged.csv", ("a,b\n" + good + "1,2,3\n").getBytes(UTF_8));
    assertThat(report.path("rows").asInt()).isEqualTo(50);
    assertThat(report.at("/badRows/count").asInt()).isEqualTo(1);
    assertThat(report.at("/badRows/sample/0/line").asInt()).isEqualTo(52);
  }

  @Test
  @Order(3)
  void profile_withManyRaggedRows_failsAndNamesThem() {
    String csv = "a,b\n1,2\n1,2,3\n1\n1,2\n1,2,3,4\n1,2\n";
    put("torn.csv", csv.getBytes(UTF_8));
    String message = refused("torn.csv");
    assertThat(message).contains("3 of 6 rows", "maxBadRowShare = 0.1", "line 3:");
  }

  @Test
  @Order(3)
  void profile_ofWhatIsNoDataset_failsInWords() throws IOException {
    Files.write(Stored.datasetRoot(INSTALLATION).resolve("empty.csv"), new byte[0]);
    assertThat(refused("empty.csv")).isEqualTo("the dataset is empty: 0 bytes");
    put("lines.csv", "\n\n\n".getBytes(UTF_8));
    assertThat(refused("lines.csv")).isEqualTo("the dataset is empty: it holds no record");
    put("noise.csv", new byte[] {1, 0, 2, 0, 3, 0, 0, 0, 9});
    assertThat(refused("noise.csv")).startsWith("the dataset is a binary file");
    put("pixel.csv", HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452"));
    assertThat(refused("pixel.csv")).startsWith("the dataset is a binary file");
    put("cut.csv.gz", Arrays.copyOf(gzip("a,b\n1,2\n".repeat(99).getBytes(UTF_8)), 30));
    assertThat(refused("cut.csv.gz")).contains("ends too early");
    assertThat(refused("nowhere.csv")).isEqualTo("dataset \"nowhere.csv\" does not exist");
    Files.createDirectories(Stored.datasetRoot(INSTALLATION).resolve("folder"));
    assertThat(refused("folder")).contains("is not a readable regular file");
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(String name, byte[] content) {
    HttpResponse<String> answer = jobs.put("/v1/datasets/" + name, content);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static String profile(String name) {
    return jobs.submit("dataset.profile", "{\"dataset\":\"" + name + "\"}");
  }

  private static JsonNode profiled(String name, byte[] content) {
    put(name, content);
    String id = profile(name);
    jobs.succeeded(id);
    return jobs.result(id);
  }

  /** Profiles what cannot be, which must cost one attempt; the message. */
  private static String refused(String name) {
    String id = profile(name);
    jobs.awaitState(id, "FAILED");
    JsonNode status = jobs.status(id);
    assertThat(status.path("attempt").asInt()).isEqualTo(1);
    assertThat(status.at("/error/kind").asString()).isEqualTo("BAD_PAYLOAD");
    String message = status.at("/error/message").asString();
    assertThat(message).doesNotContain(INSTALLATION.data().toString());
    return message;
  }

  private static long rows(JsonNode report) {
    return report.path("rows").asLong() + report.at("/badRows/count").asLong();
  }

  /** Counts, extremes and kinds are exact and must agree; sketches may differ within bounds. */
  private static void assertSameExactFigures(JsonNode one, JsonNode other) {
    assertThat(one.path("rows")).isEqualTo(other.path("rows"));
    assertThat(one.path("bytes")).isEqualTo(other.path("bytes"));
    assertThat(one.path("badRows")).isEqualTo(other.path("badRows"));
    assertThat(one.path("columnCount")).isEqualTo(other.path("columnCount"));
    for (int i = 0; i < one.path("columns").size(); i++) {
      JsonNode column = one.path("columns").get(i);
      JsonNode same = other.path("columns").get(i);
      for (String field : List.of("name", "type", "count", "nulls", "min", "max", "mean")) {
        assertThat(column.path(field)).as(field).isEqualTo(same.path(field));
      }
    }
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
