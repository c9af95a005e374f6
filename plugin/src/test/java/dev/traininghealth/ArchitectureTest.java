package dev.traininghealth;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * Keeps the arrows of the architecture: data flows measure, detect, intervene, publish, ui, and a
 * package knows only those to its left, and the guard, which knows none.
 */
@AnalyzeClasses(
    packages = "dev.traininghealth",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String MEASURE = "dev.traininghealth.measure..";
  private static final String DETECT = "dev.traininghealth.detect..";
  private static final String INTERVENE = "dev.traininghealth.intervene..";
  private static final String TRIAL = "dev.traininghealth.trial..";
  private static final String PUBLISH = "dev.traininghealth.publish..";
  private static final String UI = "dev.traininghealth.ui..";
  private static final String GUARD = "dev.traininghealth.guard..";

  private static final int MOST_LINES = 400;

  @ArchTest
  static final ArchRule guardKnowsNoOtherPackage =
      noDependency(GUARD, MEASURE, DETECT, INTERVENE, PUBLISH, UI);

  @ArchTest
  static final ArchRule measureKnowsTheGuardAlone =
      noDependency(MEASURE, DETECT, INTERVENE, PUBLISH, UI);

  @ArchTest
  static final ArchRule detectKnowsMeasureAndTheGuardAlone =
      noDependency(DETECT, INTERVENE, PUBLISH, UI);

  @ArchTest
  static final ArchRule detectSeesNumbersOnly =
      noDependency(DETECT, "org.nd4j..", "org.bytedeco..", "org.deeplearning4j..");

  @ArchTest
  static final ArchRule interveneKnowsNeitherPublishNorUi = noDependency(INTERVENE, PUBLISH, UI);

  @ArchTest
  static final ArchRule trialKnowsMeasureAlone =
      noDependency(TRIAL, DETECT, INTERVENE, PUBLISH, UI);

  @ArchTest static final ArchRule publishDoesNotKnowUi = noDependency(PUBLISH, UI);

  /** The UI server's own API speaks of {@code org.nd4j.common.function}, which holds no array. */
  @ArchTest
  static final ArchRule uiKnowsNothingOfTheTrainingSide =
      noDependency(
          UI,
          MEASURE,
          DETECT,
          INTERVENE,
          "org.nd4j.linalg..",
          "org.nd4j.nativeblas..",
          "org.bytedeco..",
          "org.deeplearning4j.nn..");

  @ArchTest
  static final ArchRule nobodyKnowsTheRoot =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.traininghealth")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.traininghealth")
          .allowEmptyShould(true);

  /** The reports of DL4J's stock pages, in {@code ui.model}, come without the UI. */
  @ArchTest
  static final ArchRule trainingNeedsNoUi =
      noClasses()
          .that()
          .resideOutsideOfPackage(UI)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.vertx..")
                  .or(
                      resideInAPackage("org.deeplearning4j.ui..")
                          .and(resideOutsideOfPackages("org.deeplearning4j.ui.model.."))))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Manager|Helper|Impl)")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule logsThroughSlf4jAlone =
      noClasses()
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
  static void noSourceFileIsLong(JavaClasses classes) throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      sources = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    List<String> tooLong = new ArrayList<>();
    for (Path source : sources) {
      int lines = Files.readAllLines(source).size();
      if (lines > MOST_LINES) {
        tooLong.add(source + " has " + lines + " lines");
      }
    }

    assertThat(sources).as("sources found").hasSizeGreaterThanOrEqualTo(1);
    assertThat(tooLong).as("files of more than %d lines", MOST_LINES).isEmpty();
  }

  /** Packages that do not exist yet keep their rule: it is then empty, and holds. */
  private static ArchRule noDependency(String from, String... to) {
    return noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to)
        .allowEmptyShould(true);
  }
}
