package dev.traininghealth;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.builtin.BuiltInDetectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Keeps the arrows of the architecture: each package may know those in its row of {@link
 * PackageTable} and no others.
 */
@AnalyzeClasses(
    packages = "dev.traininghealth",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String BASE = "dev.traininghealth";

  private static final String DETECT = BASE + ".detect..";
  private static final String UI = BASE + ".ui..";
  private static final String SERVER = BASE + ".ui.server..";

  private static final Set<String> NETWORKS = Set.of("MultiLayerNetwork", "ComputationGraph");

  private static final int MAX_LINES = 400;

  /** Maximum number of classes in a package, so that its list is read at a glance. */
  private static final int MAX_CLASSES = 27;

  @ArchTest
  static void packagesKnowThoseOfTheirRowAlone(JavaClasses classes) {
    Map<String, Set<String>> known = new TreeMap<>();
    for (JavaClass c : classes) {
      Set<String> of = known.computeIfAbsent(ours(c), p -> new TreeSet<>());
      for (Dependency d : c.getDirectDependenciesFromSelf()) {
        if (d.getTargetClass().getPackageName().startsWith(BASE)) {
          of.add(ours(d.getTargetClass()));
        }
      }
      of.remove(ours(c));
    }
    assertThat(known)
        .as("what each package knows; a row of the table that nothing needs is to go as well")
        .isEqualTo(PackageTable.MAY_KNOW);
  }

  private static String ours(JavaClass c) {
    String name = c.getPackageName();
    return name.equals(BASE) ? "" : name.substring(BASE.length() + 1);
  }

  /** An arrow that is allowed may still close a circle. */
  @Test
  void tableHasNoCircle() {
    Set<String> floor = new HashSet<>();
    Set<String> rest = new HashSet<>(PackageTable.MAY_KNOW.keySet());
    boolean grows = true;
    while (grows) {
      List<String> next =
          rest.stream()
              .filter(p -> floor.containsAll(PackageTable.MAY_KNOW.getOrDefault(p, Set.of())))
              .toList();
      grows = !next.isEmpty();
      floor.addAll(next);
      next.forEach(rest::remove);
    }
    assertThat(rest).as("packages that know each other in a circle").isEmpty();
  }

  @ArchTest
  static final ArchRule detectSeesNumbersOnly =
      noDependency(DETECT, "org.nd4j..", "org.bytedeco..", "org.deeplearning4j..");

  /** The UI server's own API speaks of {@code org.nd4j.common.function}, which holds no array. */
  @ArchTest
  static final ArchRule uiSeesNoArrays =
      noDependency(
          UI,
          "org.nd4j.linalg..",
          "org.nd4j.nativeblas..",
          "org.bytedeco..",
          "org.deeplearning4j.nn..");

  /** Who reads a record needs no network: DL4J's storage and ND4J's Jackson are all. */
  @ArchTest
  static final ArchRule recordsSeeNoNetworks =
      noDependency(
          BASE + ".record..",
          "org.nd4j.linalg..",
          "org.nd4j.nativeblas..",
          "org.bytedeco..",
          "org.deeplearning4j.nn..",
          "org.deeplearning4j.ui..");

  /** Micrometer is an optional dependency, which only code that asks for meters must have. */
  @ArchTest
  static final ArchRule metersStayInOnePackage =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micrometer..", BASE + ".metrics..");

  /**
   * Neither training nor a report needs the UI server. The reports of DL4J's stock pages, in {@code
   * ui.model}, come without it.
   */
  @ArchTest
  static final ArchRule onlyTheRoutesNeedTheUiServer =
      noClasses()
          .that()
          .resideOutsideOfPackage(SERVER)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.vertx..")
                  .or(
                      resideInAPackage("org.deeplearning4j.ui..")
                          .and(resideOutsideOfPackages("org.deeplearning4j.ui.model.."))))
          .allowEmptyShould(true);

  /** What differs between DL4J's two kinds of network is asked of a {@code Network}. */
  @ArchTest
  static void networksAreToldApartInOnePackageAlone(JavaClasses classes) {
    Set<String> elsewhere = new TreeSet<>();
    for (JavaClass c : classes) {
      for (InstanceofCheck check : c.getInstanceofChecks()) {
        boolean ofNetwork = NETWORKS.contains(check.getRawType().getSimpleName());
        if (ofNetwork && !ours(c).equals("network")) {
          elsewhere.add(c.getName() + ", line " + check.getLineNumber());
        }
      }
    }
    assertThat(elsewhere).as("instanceof tests of a network's class").isEmpty();
  }

  /** What writes to a network is reached through {@code EditedNetwork} alone. */
  @ArchTest
  static void networksAreChangedThroughOneEntrance(JavaClasses classes) {
    Set<String> open = new TreeSet<>();
    for (JavaClass c : classes) {
      if (ours(c).equals("intervene.model") && c.getModifiers().contains(JavaModifier.PUBLIC)) {
        open.add(c.getSimpleName());
      }
    }
    assertThat(open)
        .as("the entrance, its gradient, what it copies, and what DL4J serializes by name")
        .containsExactly("EditedGradient", "EditedNetwork", "NetworkState", "ScaledSchedule");
  }

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Manager|Helper|Impl)")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule logsThroughSlf4jAlone =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(HealthReport.class.getName()) // a program
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.logging..")
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace")
          .allowEmptyShould(true);

  /** Else an Arabic or Turkish machine would write other digits and letters. */
  @ArchTest
  static final ArchRule formatsWithoutTheMachinesLocale =
      noClasses()
          .should()
          .callMethod(String.class, "format", String.class, Object[].class)
          .orShould()
          .callMethod(String.class, "formatted", Object[].class)
          .orShould()
          .callMethod(String.class, "toLowerCase")
          .orShould()
          .callMethod(String.class, "toUpperCase")
          .orShould()
          .callConstructor(Formatter.class)
          .orShould()
          .callConstructor(Formatter.class, Appendable.class)
          .allowEmptyShould(true);

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses classes) {
    List<String> unmarked =
        classes.stream()
            .map(c -> c.getPackage())
            .distinct()
            .filter(p -> !p.isAnnotatedWith(NullMarked.class))
            .map(p -> p.getName())
            .toList();

    assertThat(unmarked).as("packages without @NullMarked in their package-info").isEmpty();
  }

  @ArchTest
  static void everyDetectorIsCreated(JavaClasses classes) {
    List<String> written =
        classes.stream()
            .filter(c -> c.isAssignableTo(PluginDetector.class) && !c.isInterface())
            .map(c -> c.getName())
            .toList();
    List<String> created =
        BuiltInDetectors.create(Set.of()).stream().map(d -> d.getClass().getName()).toList();

    assertThat(created).as("detectors in BuiltInDetectors").hasSameElementsAs(written);
  }

  @ArchTest
  static void noSourceFileIsLong(JavaClasses classes) throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      sources = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    List<String> tooLong = new ArrayList<>();
    for (Path source : sources) {
      int lines = Files.readAllLines(source).size();
      if (lines > MAX_LINES) {
        tooLong.add(source + " has " + lines + " lines");
      }
    }

    assertThat(sources).as("sources found").hasSizeGreaterThanOrEqualTo(1);
    assertThat(tooLong).as("files of more than %d lines", MAX_LINES).isEmpty();
  }

  /** Nested classes do not count, and neither does {@code package-info}. */
  @ArchTest
  static void noPackageIsLarge(JavaClasses classes) {
    Map<String, Integer> counts = new TreeMap<>();
    for (JavaClass c : classes) {
      if (c.isTopLevelClass() && !c.getSimpleName().equals("package-info")) {
        counts.merge(c.getPackageName(), 1, Integer::sum);
      }
    }

    assertThat(counts).as("packages with classes").containsKey(BASE);
    counts.values().removeIf(count -> count <= MAX_CLASSES);
    assertThat(counts).as("packages of more than %d classes", MAX_CLASSES).isEmpty();
  }

  private static ArchRule noDependency(String from, String... to) {
    return noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to);
  }
}
