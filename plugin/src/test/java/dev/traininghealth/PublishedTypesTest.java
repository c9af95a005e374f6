package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Keeps the published API. Each public type is in the list of the API or has the tag
 * {@code @hidden}, which excludes it from the published javadoc. No method or field of the API has
 * a hidden type.
 */
@AnalyzeClasses(
    packages = "dev.traininghealth",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class PublishedTypesTest {
  private static final String BASE = "dev.traininghealth.";

  /** Names after the base package. */
  private static final Set<String> API =
      Set.of(
          "FailureBundle",
          "HealthReport",
          "TrainingHealth",
          "TrainingHealthListener",
          "TrainingHealthListenerBuilder",
          "compare.ComparedSeries",
          "compare.ConfigurationDifference",
          "compare.RunComparison",
          "detect.BaselineComparison",
          "detect.Check",
          "detect.Comparison",
          "detect.CurrentDiagnoses",
          "detect.Detector",
          "detect.DetectorFactory",
          "detect.Diagnosis",
          "detect.Evidence",
          "detect.Finding",
          "detect.FindingReporter",
          "detect.History",
          "detect.Problem",
          "detect.ProblemFamily",
          "detect.Progress",
          "detect.Remedy",
          "detect.Requirement",
          "detect.Severity",
          "detect.UsualLevel",
          "intervene.AfterUpdate",
          "intervene.BeforeUpdate",
          "intervene.Intervention",
          "intervene.InterventionPolicy",
          "intervene.ProtectionSettings",
          "intervene.Situation",
          "intervene.TrainingStoppedException",
          "intervene.TrialPolicy",
          "intervene.clip.ClippableGradient",
          "intervene.clip.GradientClipping",
          "live.LiveNumbers",
          "metrics.TrainingHealthMetrics",
          "numbers.ActivationTraits",
          "numbers.DataSummary",
          "numbers.Histogram",
          "numbers.LossTraits",
          "numbers.Measurement",
          "numbers.NetworkLayout",
          "numbers.NoiseScale",
          "numbers.NonFiniteOrigin",
          "numbers.NumericLimits",
          "numbers.ParameterRole",
          "numbers.ProtectionStep",
          "numbers.RunConditions",
          "numbers.Range",
          "numbers.Restorable",
          "numbers.Saturation",
          "numbers.SavedNumbers",
          "record.DiagnosisRecord",
          "record.HealthRecord",
          "record.InterventionRecord",
          "record.NonFinite",
          "record.Quantity",
          "record.RecordException",
          "record.RecordedDiagnosis",
          "record.RecordedIntervention",
          "record.RunDescription",
          "record.RunRecord",
          "record.Segment",
          "record.SegmentRecord",
          "record.Series",
          "run.TrainingCost",
          "run.TrainingRun",
          "run.TrainingSummary",
          "setup.SetupReport",
          "text.Argument",
          "text.Message",
          "trial.Trial",
          "trial.TrialBranch",
          "trial.TrialQuestion");

  private static final Pattern TYPE =
      Pattern.compile("(?m)^public [a-z -]*(?:class|interface|record|enum) ");

  @ArchTest
  static void listsOrHidesEachPublicType(JavaClasses classes) throws IOException {
    Set<String> shown = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : (Iterable<Path>) sources::iterator) {
        if (source.toString().endsWith(".java") && isShown(source)) {
          String path = Path.of("src/main/java").relativize(source).toString();
          shown.add(
              path.substring(BASE.length(), path.length() - ".java".length())
                  .replace(source.getFileSystem().getSeparator(), "."));
        }
      }
    }

    assertThat(shown).isEqualTo(new TreeSet<>(API));
  }

  private static boolean isShown(Path source) {
    try {
      String text = Files.readString(source);
      var type = TYPE.matcher(text);
      if (!type.find()) {
        return false;
      }
      String before = text.substring(0, type.start());
      return !before.substring(Math.max(0, before.lastIndexOf("/**"))).contains("@hidden");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ArchTest
  static void showsNothingHidden(JavaClasses classes) {
    Set<String> leaks = new TreeSet<>();
    for (JavaClass c : classes) {
      if (API.contains(outermost(c)) && c.getModifiers().contains(JavaModifier.PUBLIC)) {
        c.getMembers().stream().filter(PublishedTypesTest::isShown).forEach(m -> leaks(m, leaks));
      }
    }

    assertThat(leaks).isEmpty();
  }

  private static boolean isShown(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static void leaks(JavaMember member, Set<String> leaks) {
    Stream<JavaType> types =
        member instanceof JavaCodeUnit code
            ? Stream.concat(Stream.of(code.getReturnType()), code.getParameterTypes().stream())
            : Stream.of(((JavaField) member).getType());
    types
        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
        .map(JavaClass::getBaseComponentType)
        .filter(type -> type.getName().startsWith(BASE) && !API.contains(outermost(type)))
        .forEach(type -> leaks.add(member.getFullName() + " shows " + type.getName()));
  }

  private static String outermost(JavaClass c) {
    String name = c.getName().substring(Math.min(BASE.length(), c.getName().length()));
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }
}
