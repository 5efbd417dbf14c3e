package io.millrace.ops;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.annotation.Testable;

/**
 * Holds the arrows of the house: who may depend on what. An exception stands beside its rule with
 * its reason. A rule that finds no classes to look at fails.
 */
class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.millrace");

  private static final String[] PROCESSES = {"io.millrace.api..", "io.millrace.workers.."};
  private static final String[] TOOLS = {"io.millrace.local..", "io.millrace.ops.."};

  /** A package of schema and what it may use beyond itself, java.base and JSpecify. */
  record Layer(String name, String... mayUse) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Layer> layers() {
    return Stream.of(
        new Layer("model"),
        new Layer("runtime", "org.slf4j..", "io.micrometer..", "com.fasterxml.uuid.."),
        new Layer("wire", "io.millrace.model", "org.apache.kafka.."),
        new Layer("dataset"),
        new Layer("document", "io.millrace.model", "tools.jackson.."),
        new Layer("workflow.plan", "io.millrace.model"),
        new Layer("workflow.run", "io.millrace.model", "io.millrace.workflow.plan"),
        new Layer(
            "workflow.engine",
            "io.millrace.model",
            "io.millrace.runtime",
            "io.millrace.store",
            "io.millrace.announce",
            "io.millrace.gate",
            "io.millrace.workflow.plan",
            "io.millrace.workflow.run",
            "io.millrace.workflow.definition",
            "com.github.benmanes.caffeine..",
            "java.sql",
            "org.slf4j..",
            "tools.jackson.."),
        new Layer("workflow.diagram", "io.millrace.workflow.plan"),
        new Layer("workflow.profile", "io.millrace.workflow.plan", "io.millrace.workflow.run"),
        new Layer(
            "workflow.expression",
            "io.millrace.model",
            "io.millrace.document",
            "io.millrace.workflow.plan",
            "dev.cel..",
            "com.google.common..",
            "tools.jackson.."),
        new Layer(
            "workflow.source",
            "io.millrace.model",
            "io.millrace.document",
            "io.millrace.workflow.plan",
            "org.snakeyaml.engine..",
            "tools.jackson.."),
        new Layer(
            "workflow.definition",
            "io.millrace.model",
            "io.millrace.document",
            "io.millrace.workflow.plan",
            "io.millrace.workflow.expression",
            "io.millrace.workflow.source",
            "tools.jackson.."),
        new Layer("schedule", "io.millrace.model", "com.cronutils..", "tools.jackson.."),
        new Layer("db..", "io.millrace.model", "org.jooq.."),
        new Layer(
            "store",
            "io.millrace.model",
            "io.millrace.db..",
            "io.millrace.runtime",
            "java.sql",
            "javax.sql",
            "org.jooq..",
            "com.zaxxer.hikari..",
            "org.flywaydb..",
            // Arrays of ids in binary, for which JDBC has no word.
            "org.postgresql..",
            "org.slf4j.."),
        new Layer(
            "announce",
            "io.millrace.model",
            "io.millrace.runtime",
            "io.millrace.store",
            "io.millrace.wire",
            "java.sql",
            "org.apache.kafka..",
            "org.slf4j..",
            "io.micrometer.."),
        new Layer(
            "gate",
            "io.millrace.model",
            "io.millrace.runtime",
            "io.millrace.store",
            "io.millrace.announce",
            "java.sql",
            "org.slf4j.."),
        new Layer(
            "cache",
            "io.millrace.model",
            "io.millrace.runtime",
            "io.millrace.store",
            "io.millrace.announce",
            "io.millrace.gate",
            "java.sql",
            "com.github.benmanes.caffeine..",
            // Bloom filters.
            "com.google.common.hash..",
            "redis.clients.jedis..",
            "org.slf4j..",
            "io.micrometer.."),
        new Layer(
            "boot",
            "io.millrace.model",
            "io.millrace.runtime",
            "io.millrace.wire",
            "io.millrace.dataset",
            "io.millrace.store",
            "io.millrace.cache",
            "io.millrace.announce",
            "io.millrace.gate",
            "io.millrace.workflow.engine",
            "org.apache.kafka..",
            "org.slf4j..",
            "io.micrometer..",
            "org.springframework.."));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void schema_eachPackage_usesOnlyWhatLiesBelow(Layer layer) {
    DescribedPredicate<JavaClass> allowed =
        javaBase()
            .or(resideInAnyPackage("org.jspecify.annotations", "io.millrace." + layer.name()))
            .or(resideInAnyPackage(layer.mayUse()));
    check(
        classes()
            .that()
            .resideInAPackage("io.millrace." + layer.name())
            .should()
            .onlyDependOnClassesThat(allowed));
  }

  @Test
  void store_ofTheMachinery_usesOnlyIdsAndTime() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.millrace.store")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("io.millrace.runtime").and(not(named("Ids|Time")))));
  }

  @Test
  void db_generatedTables_areUsedByStoreAlone() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.millrace.store", "io.millrace.db..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace.db.."));
  }

  @Test
  void schema_anyPackage_knowsNoneOfTheProcesses() {
    check(
        noClasses()
            .that(not(resideInAnyPackage(PROCESSES)).and(not(resideInAnyPackage(TOOLS))))
            .should()
            .dependOnClassesThat(resideInAnyPackage(PROCESSES)));
  }

  @Test
  void processes_doNotKnowEachOther() {
    check(onlyMeet("io.millrace.api..", "io.millrace.workers.."));
    check(onlyMeet("io.millrace.workers..", "io.millrace.api.."));
  }

  @Test
  void product_knowsNeitherLocalStackNorOps() {
    check(
        noClasses()
            .that(not(resideInAnyPackage(TOOLS)))
            .should()
            .dependOnClassesThat(resideInAnyPackage(TOOLS)));
  }

  @Test
  void boot_isUsedByBootAndOpsAlone() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.millrace..boot", "io.millrace.ops..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace..boot"));
  }

  @Test
  void handlerContract_isJavaBaseAndModelOnly() {
    check(
        classes()
            .that()
            .resideInAPackage("io.millrace.workers.handler")
            .should()
            .onlyDependOnClassesThat(
                javaBase()
                    .or(
                        resideInAnyPackage(
                            "io.millrace.workers.handler",
                            "io.millrace.model",
                            "org.jspecify.annotations"))));
  }

  /**
   * Exceptions: SQLException is what a store's methods throw, and loops decide by it whether to try
   * again. workers.boot hands the pool's DataSource to the analysis, which gives it to Spring Batch
   * for its job repository. The API's last error handler tells a failure of jOOQ from a defect. The
   * local stack asks a server it has just started whether it answers. The bench's floor is JDBC
   * without us, so that there is something to measure us against, and its stack reads the server's
   * own statistics, which are no business of a store.
   */
  @Test
  void jdbcAndJooq_areUsedByStoreAlone() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.millrace.store",
                "io.millrace.db..",
                "io.millrace.workers.analysis.batch",
                "io.millrace.local",
                "io.millrace.ops.bench.floor",
                "io.millrace.ops.bench.stack")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "java.sql",
                        "javax.sql",
                        "org.jooq..",
                        "com.zaxxer.hikari..",
                        "org.flywaydb..",
                        "org.postgresql..")
                    .and(not(type(SQLException.class)))
                    .and(not(type(DataSource.class)))
                    .and(not(type(org.jooq.exception.DataAccessException.class)))));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.millrace.store",
                "io.millrace.workers.analysis",
                "io.millrace.workers.analysis.batch",
                "io.millrace.workers.boot",
                "io.millrace.local",
                "io.millrace.ops.bench.floor")
            .should()
            .dependOnClassesThat(type(DataSource.class)));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.millrace.store", "io.millrace.db..")
            .and()
            .doNotHaveFullyQualifiedName("io.millrace.api.http.ProblemAdvice")
            .should()
            .dependOnClassesThat(type(org.jooq.exception.DataAccessException.class)));
  }

  @Test
  void kafka_isUsedOnlyWhereMessagesGoOutOrComeIn() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.millrace.wire",
                "io.millrace.announce",
                "io.millrace.workers.poll",
                "io.millrace.workers.upkeep",
                "io.millrace..boot",
                "io.millrace.local")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "kafka..", "org.springframework.kafka.."));
  }

  /** Exception: the handler above analysis.batch sorts Spring Batch's failures into kinds. */
  @Test
  void spring_isUsedOnlyInBootHttpAnalysisAndOps() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.millrace..boot",
                "io.millrace.api.http",
                "io.millrace.workers.analysis.batch",
                "io.millrace.ops..")
            .and()
            .doNotHaveFullyQualifiedName("io.millrace.workers.analysis.DatasetProfileHandler")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.."));
  }

  /**
   * Exceptions: the local stack and ops measure and wait for people. Runner draws the jitter of a
   * retry on the thread it draws for. A boot makes the source of randomness that it hands in, and
   * the cache splits its own in two, because a source belongs to one thread.
   */
  @Test
  void clocksIdsAndRandomness_comeFromRuntimeAlone() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.millrace.runtime", "io.millrace.local", "io.millrace.ops..")
            .should()
            .accessTargetWhere(
                accessing("java\\.lang\\.System\\.(nanoTime|currentTimeMillis)")
                    .or(accessing("java\\.time\\.\\w+\\.(now|system\\w*)"))
                    .or(accessing("java\\.util\\.UUID\\.randomUUID"))));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.millrace.runtime",
                "io.millrace..boot",
                "io.millrace.local",
                "io.millrace.ops..")
            .and()
            .doNotHaveFullyQualifiedName("io.millrace.workers.run.Runner")
            .and()
            .doNotHaveFullyQualifiedName("io.millrace.cache.RedisLink")
            .should()
            .accessTargetWhere(
                accessing("java\\.lang\\.Math\\.random")
                    .or(
                        accessing(
                            "java\\.util\\.(concurrent\\.ThreadLocal|Splittable)?Random\\..*"))
                    .or(accessing("java\\.util\\.random\\.RandomGenerator\\.(of|getDefault)"))
                    .or(accessing("java\\.security\\.SecureRandom\\..*"))));
  }

  /** Generated tables count as one: jOOQ's classes refer to each other as they like. */
  @Test
  void packages_haveNoCycles() {
    check(
        slices()
            .assignedFrom(
                new SliceAssignment() {
                  @Override
                  public SliceIdentifier getIdentifierOf(JavaClass type) {
                    String name = type.getPackageName();
                    return SliceIdentifier.of(name.startsWith("io.millrace.db") ? "db" : name);
                  }

                  @Override
                  public String getDescription() {
                    return "packages";
                  }
                })
            .should()
            .beFreeOfCycles());
  }

  /** They are measured as programs of their own, so that none of them ships with Millrace. */
  @Test
  void peers_areNotUsedAsLibraries() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.millrace.peers..", "org.jobrunr..", "com.github.kagkarlsson.."));
  }

  @Test
  void serialization_ofJava_isNotUsed() {
    check(noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class));
  }

  @Test
  void jackson_takesNoClassNameFromItsInput() {
    check(
        noClasses()
            .should()
            .accessTargetWhere(
                accessing(".*\\.jackson\\..*\\.(activate|enable)DefaultTyping\\w*")));
  }

  @Test
  void packages_exceptTheGenerated_areNullMarked() {
    check(
        classes()
            .that()
            .resideOutsideOfPackage("io.millrace.db..")
            .should(beInANullMarkedPackage()));
  }

  @Test
  void classes_areNamedForWhatTheyAre() {
    check(noClasses().should().haveNameMatching(".*(Manager|Helper|Util|Utils|Impl|Base)(\\$.*)?"));
  }

  @Test
  void tests_ofAllModules_areNamedTestOrIT() {
    List<Path> folders =
        Stream.of("schema", "job-api", "job-workers", "ops/local", "ops/peers", "ops/app")
            .map(module -> Path.of("../..", module, "target/test-classes"))
            .filter(Files::isDirectory) // A narrow build leaves out the peers.
            .toList();
    JavaClasses tests = new ClassFileImporter().importPaths(folders);
    classes()
        .that(describe("hold tests", ArchitectureTest::holdsTests))
        .should()
        .haveNameMatching(".*(Test|IT)(\\$.*)?")
        .check(tests);
  }

  private static boolean holdsTests(JavaClass type) {
    return type.getMethods().stream()
        .anyMatch(method -> method.isMetaAnnotatedWith(Testable.class));
  }

  private static void check(ArchRule rule) {
    rule.check(CODE);
  }

  private static ArchRule onlyMeet(String from, String to) {
    return noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(to);
  }

  private static DescribedPredicate<JavaClass> javaBase() {
    Set<String> packages = Object.class.getModule().getPackages();
    return describe("in java.base", type -> packages.contains(type.getPackageName()));
  }

  private static DescribedPredicate<JavaClass> named(String simpleNames) {
    return describe("named " + simpleNames, type -> type.getSimpleName().matches(simpleNames));
  }

  private static DescribedPredicate<JavaAccess<?>> accessing(String member) {
    Pattern pattern = Pattern.compile(member);
    return describe(
        member,
        access ->
            pattern
                .matcher(access.getTargetOwner().getFullName() + "." + access.getTarget().getName())
                .matches());
  }

  private static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new ArchCondition<>("be in a package marked @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(
            new SimpleConditionEvent(
                type, marked, type.getPackageName() + " of " + type.getName()));
      }
    };
  }
}
