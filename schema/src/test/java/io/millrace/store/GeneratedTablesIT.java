package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The committed table classes are what the migrations say. After a change of the migrations run it
 * once with {@code -Dmillrace.generate=true} (see CONTRIBUTING.md), which writes them anew.
 */
class GeneratedTablesIT {
  private static final Path COMMITTED = Path.of("src/main/java");

  @Test
  void generatedTables_sameAsCommitted() throws Exception {
    if (Boolean.getBoolean("millrace.generate")) {
      generate(COMMITTED);
    }
    Path fresh = scratch;
    generate(fresh);
    assertThat(sources(fresh))
        .as("run with -Dmillrace.generate=true and commit the result")
        .isEqualTo(sources(COMMITTED));
  }

  @TempDir Path scratch;

  private static Map<String, String> sources(Path root) throws IOException {
    Path tables = root.resolve("io/millrace/db");
    Map<String, String> found = new TreeMap<>();
    if (!Files.exists(tables)) {
      return found;
    }
    try (Stream<Path> files = Files.walk(tables)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(tables.relativize(file).toString(), Files.readString(file));
      }
    }
    return found;
  }

  private static void generate(Path target) throws Exception {
    TestDatabase.shared();
    Database database =
        new Database()
            .withName("org.jooq.meta.postgres.PostgresDatabase")
            .withInputSchema("public")
            .withExcludes("flyway_schema_history|.*_[0-9]{8}")
            .withIncludeRoutines(false)
            .withOutputSchemaToDefault(true)
            .withForcedTypes(
                new ForcedType()
                    .withName("INSTANT")
                    .withIncludeTypes("timestamptz|timestamp with.*"),
                new ForcedType()
                    .withUserType("io.millrace.model.JobState")
                    .withEnumConverter(true)
                    .withIncludeTypes("job_state"));
    GenerationTool.generate(
        new Configuration()
            .withJdbc(
                new Jdbc()
                    .withUrl(TestDatabase.url())
                    .withUser(TestDatabase.USERNAME)
                    .withPassword(TestDatabase.PASSWORD))
            .withGenerator(
                new Generator()
                    .withDatabase(database)
                    .withGenerate(
                        new Generate()
                            .withGeneratedAnnotation(false)
                            .withJavadoc(false)
                            .withComments(false)
                            .withRecords(true))
                    .withTarget(
                        new Target()
                            .withPackageName("io.millrace.db")
                            .withDirectory(target.toString()))));
  }
}
