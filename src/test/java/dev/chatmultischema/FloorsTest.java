package dev.chatmultischema;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The house: packages by feature, each on a floor, and imports that only go down. */
@AnalyzeClasses(packages = FloorsTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
final class FloorsTest {

  static final String ROOT = "dev.chatmultischema";

  private static final Map<String, Integer> FLOORS =
      Map.ofEntries(
          Map.entry("problem", 0),
          Map.entry("openapi", 0),
          Map.entry("backoff", 0),
          Map.entry("threads", 0),
          Map.entry("time", 0),
          Map.entry("url", 0),
          Map.entry("web", 0),
          Map.entry("http", 1),
          Map.entry("database", 1),
          Map.entry("response", 1),
          Map.entry("tenant", 2),
          Map.entry("user", 3),
          Map.entry("metrics", 3),
          Map.entry("auth", 4),
          Map.entry("message", 5),
          Map.entry("amqp", 6),
          Map.entry("redis", 6),
          Map.entry("cluster", 6),
          Map.entry("consumer", 7),
          Map.entry("stream", 7),
          Map.entry("tenancy", 8),
          Map.entry("ops", 8),
          Map.entry("", 9));

  @ArchTest
  static final ArchRule everyPackageHasAFloor =
      classes()
          .should(
              new ArchCondition<>("live in a package that has a floor") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  var known = FLOORS.containsKey(room(type));
                  events.add(new SimpleConditionEvent(type, known, type.getName()));
                }
              });

  @ArchTest
  static final ArchRule importsOnlyGoDown =
      classes()
          .should(
              new ArchCondition<>("only use what is in their package or on a lower floor") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  for (var dependency : type.getDirectDependenciesFromSelf()) {
                    events.add(
                        new SimpleConditionEvent(
                            type, goesDown(dependency), dependency.getDescription()));
                  }
                }
              });

  @ArchTest
  static final ArchRule packagesHaveNoCircles =
      slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule usersAndTenantsKnowNothingOfHttp =
      noClasses()
          .that(resideInAPackage(ROOT + ".user").or(resideInAPackage(ROOT + ".tenant")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..", "org.eclipse.jetty..");

  /** A delivery's properties are the broker's own type: consumers see that, and no one else. */
  @ArchTest
  static final ArchRule onlyAmqpAndConsumersKnowTheBroker =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + ".amqp", ROOT + ".consumer")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.rabbitmq..");

  @ArchTest
  static final ArchRule onlyRedisTalksToRedis =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".redis")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("redis.clients..");

  @Test
  void onlyTenantPartitionsHasTheDdlOfPartitions() throws IOException {
    var ddl = Pattern.compile("(ATTACH|DETACH) PARTITION|(CREATE|DROP) SCHEMA|PARTITION OF");
    try (var files = Files.walk(Path.of("src/main/java"))) {
      var having =
          files.filter(file -> file.toString().endsWith(".java") && ddl.matcher(read(file)).find());
      assertEquals(
          List.of("TenantPartitions.java"),
          having.map(file -> file.getFileName().toString()).toList());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The package under the root, which has the empty name itself. */
  private static String room(JavaClass type) {
    return type.getPackageName().substring(ROOT.length()).replaceFirst("^\\.", "");
  }

  private static boolean goesDown(Dependency dependency) {
    var from = dependency.getOriginClass();
    var to = dependency.getTargetClass().getBaseComponentType();
    return !to.getPackageName().startsWith(ROOT)
        || room(from).equals(room(to))
        || FLOORS.getOrDefault(room(from), -1) > FLOORS.getOrDefault(room(to), Integer.MAX_VALUE);
  }
}
