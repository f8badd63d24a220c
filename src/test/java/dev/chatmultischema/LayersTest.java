package dev.chatmultischema;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.chatmultischema.auth.UnusableKey;
import dev.chatmultischema.errors.ErrorMapping;
import dev.chatmultischema.url.InvalidUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

/** The layers of the code: packages by feature, and imports that only go down a layer. */
@AnalyzeClasses(packages = LayersTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
final class LayersTest {

  static final String ROOT = "dev.chatmultischema";

  /**
   * The layers from top to bottom. A package may use those of the lines below its own line; its
   * sub-packages belong to it.
   */
  private static final List<Set<String>> LAYERS =
      List.of(
          // application
          Set.of(""),
          Set.of("cli", "config"),
          // edge
          Set.of("console"),
          Set.of("admin", "api", "health"),
          Set.of("errors"),
          // features
          Set.of("provisioning", "accounts", "history"),
          Set.of("consumer", "stream"),
          // transport
          Set.of("amqp", "redis", "cluster"),
          // domain
          Set.of("message"),
          Set.of("auth", "limits"),
          Set.of("identity"),
          Set.of("audit", "prometheus", "user"),
          Set.of("tenant"),
          // base
          Set.of("database", "demo", "openapi"),
          Set.of("http"),
          Set.of("concurrency", "cors", "json", "logging", "signing", "url"));

  private static final int ERRORS = LAYERS.indexOf(Set.of("errors"));

  /** Packages of the base layer that serve or describe HTTP. */
  private static final Set<String> HTTP = Set.of("http", "cors", "demo", "openapi");

  private static final Class<?>[] THROWN_AT_STARTUP = {InvalidUrl.class, UnusableKey.class};

  @ArchTest
  static final ArchRule everyPackageHasALayer =
      classes()
          .should(
              new ArchCondition<>("be in a package that has a layer") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  var known = layer(type) < LAYERS.size();
                  events.add(new SimpleConditionEvent(type, known, type.getName()));
                }
              });

  @ArchTest
  static final ArchRule importsOnlyGoDown =
      classes()
          .should(
              new ArchCondition<>("only use their own package and lower layers") {
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
  static final ArchRule packagesHaveNoCycles =
      slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  /** Sub-packages are compared one by one, and with their parent. */
  @ArchTest
  static final ArchRule subPackagesHaveNoCycles =
      slices().assignedFrom(packageByPackage()).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule streamsKnowNothingOfServletsAndProblems =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".stream..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.ws.rs..", "jakarta.servlet..", "org.eclipse.jetty.ee10..", ROOT + ".http..");

  /**
   * Code below the edge throws exceptions of its own, which {@link ErrorMapping} maps to problems:
   * none of it reaches the problem package, however many classes lie between.
   *
   * <p>Searches backwards from that package, once, since ArchUnit's own rule for transitive
   * dependencies searches forwards from each class, which takes a hundred times as long.
   */
  @ArchTest
  static final ArchRule nothingBelowTheEdgeDependsOnProblems =
      classes()
          .that(resideInAPackage(ROOT + ".http.problem.."))
          .should(
              new ArchCondition<>("not be reached from below the edge") {
                private final Set<JavaClass> found = new HashSet<>();

                @Override
                public void check(JavaClass problem, ConditionEvents events) {
                  var queue = new ArrayDeque<JavaClass>(List.of(problem));
                  while (!queue.isEmpty()) {
                    for (var use : queue.remove().getDirectDependenciesToSelf()) {
                      var user = use.getOriginClass();
                      if (found.add(user)) {
                        queue.add(user);
                        events.add(
                            new SimpleConditionEvent(
                                user, !areBelowTheEdge().test(user), use.getDescription()));
                      }
                    }
                  }
                }
              });

  /** {@code MetricsFactory} may use servlets, since it adds one to the admin port. */
  @ArchTest
  static final ArchRule nothingBelowTheEdgeUsesHttp =
      noClasses()
          .that(areBelowTheEdge().and(not(simpleName("MetricsFactory"))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.ws.rs..", "jakarta.servlet..", "org.glassfish.jersey..", ROOT + ".http..");

  @ArchTest
  static final ArchRule onlyStreamsJwksAndTheListeningLogUseJetty =
      noClasses()
          .that(
              areBelowTheEdge()
                  .and(not(resideInAPackage(ROOT + ".stream..")))
                  .and(not(resideInAPackage(ROOT + ".identity.jwks")))
                  .and(not(simpleName("ListeningLog"))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.jetty..");

  /** An exception of the service that no mapping knows would be reported as an internal error. */
  @ArchTest
  static final ArchRule everyUncheckedExceptionBelowTheEdgeIsMapped =
      classes()
          .that(areBelowTheEdge())
          .and()
          .areAssignableTo(RuntimeException.class)
          .and(not(belongToAnyOf(THROWN_AT_STARTUP)))
          .should(
              new ArchCondition<>("be mapped to a problem") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  var mapped =
                      type.isAssignableTo(JdbiException.class)
                          || type.getDirectDependenciesToSelf().stream()
                              .anyMatch(
                                  use -> use.getOriginClass().isEquivalentTo(ErrorMapping.class));
                  events.add(new SimpleConditionEvent(type, mapped, type.getName()));
                }
              });

  /** Only consumers use the properties of a delivery, which are of a type of the AMQP client. */
  @ArchTest
  static final ArchRule onlyAmqpAndConsumersUseTheAmqpClient =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + ".amqp..", ROOT + ".consumer..")
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

  private static SliceAssignment packageByPackage() {
    return new SliceAssignment() {
      @Override
      public String getDescription() {
        return "single packages";
      }

      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return SliceIdentifier.of(type.getPackageName());
      }
    };
  }

  /** Returns the name of the first package under the root; the root itself has the empty name. */
  private static String topPackage(JavaClass type) {
    return type.getPackageName().substring(ROOT.length()).replaceFirst("^\\.", "").split("\\.")[0];
  }

  /** Returns the index of a type's layer, or the number of layers if it has none. */
  private static int layer(JavaClass type) {
    var name = topPackage(type);
    return (int) LAYERS.stream().takeWhile(packages -> !packages.contains(name)).count();
  }

  /** Matches classes of layers under {@code errors}, those of {@link #HTTP} excepted. */
  private static DescribedPredicate<JavaClass> areBelowTheEdge() {
    return DescribedPredicate.describe(
        "are below the edge", type -> layer(type) > ERRORS && !HTTP.contains(topPackage(type)));
  }

  private static boolean goesDown(Dependency dependency) {
    var from = dependency.getOriginClass();
    var to = dependency.getTargetClass().getBaseComponentType();
    return !to.getPackageName().startsWith(ROOT)
        || topPackage(from).equals(topPackage(to))
        || layer(from) < layer(to);
  }
}
