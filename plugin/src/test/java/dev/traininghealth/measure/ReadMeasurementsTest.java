package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess.AccessType;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.Histogram;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.RunConditions;
import dev.traininghealth.numbers.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What is measured has a reader: a detector, an intervention, a record or a report. */
@AnalyzeClasses(
    packages = "dev.traininghealth",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ReadMeasurementsTest {
  private static final Set<String> WRITING =
      Set.of("dev.traininghealth.measure", "dev.traininghealth.numbers");

  /** By the method that shows it to detectors, or from the writer by those that copy it. */
  @ArchTest
  static void everyMeasuredValueIsReadOutsideOfMeasuring(JavaClasses classes) {
    List<String> unread = new ArrayList<>();
    for (JavaField field : classes.get(MeasurementWriter.class).getFields()) {
      boolean isValue = field.getModifiers().contains(JavaModifier.PUBLIC);
      if (isValue && !isReadOutside(field) && !isCalled(classes, Measurement.class, field)) {
        unread.add(field.getFullName());
      }
    }
    for (Class<?> shown : List.of(StepRecord.class, Histogram.class)) {
      for (JavaMethod method : classes.get(shown).getMethods()) {
        boolean shows =
            method.getModifiers().contains(JavaModifier.PUBLIC)
                && method.getRawParameterTypes().isEmpty()
                && !method.getRawReturnType().getName().equals("void");
        if (shows && !method.getName().equals("count") && !isCalledOutside(method)) {
          unread.add(method.getFullName());
        }
      }
    }
    assertThat(unread).as("measured, and read by nobody").isEmpty();
  }

  private static boolean isCalled(JavaClasses classes, Class<?> shown, JavaField field) {
    return classes.get(shown).getMethods().stream()
        .anyMatch(m -> m.getName().equals(field.getName()) && isCalledOutside(m));
  }

  private static boolean isCalledOutside(JavaMethod method) {
    return Stream.concat(
            method.getAccessesToSelf().stream(),
            method.getOwner().getRawInterfaces().stream()
                .flatMap(i -> i.tryGetMethod(method.getName()).stream())
                .flatMap(m -> m.getAccessesToSelf().stream()))
        .anyMatch(a -> !a.getOriginOwner().getPackageName().equals("dev.traininghealth.numbers"));
  }

  /**
   * The losses, which are in this package, compute a constant prediction's score from the labels.
   */
  @ArchTest
  static void everyNumberOfTheDataIsReadByMoreThanWhatWritesIt(JavaClasses classes) {
    Set<String> writers = Set.of("DataRecord", "DataSummarizer", "ConditionsRecord");
    List<String> unread = new ArrayList<>();
    for (Class<?> shown : List.of(DataSummary.class, RunConditions.class)) {
      for (JavaMethod method : classes.get(shown).getMethods()) {
        if (method.getAccessesToSelf().stream()
            .allMatch(access -> writers.contains(access.getOriginOwner().getSimpleName()))) {
          unread.add(method.getFullName());
        }
      }
    }
    assertThat(unread).as("computed, and read by nobody").isEmpty();
  }

  /** A user's detector must not change what protection and other detectors read. */
  @ArchTest
  static void nothingThatDetectorsSeeCanBeWritten(JavaClasses classes) {
    List<String> writable = new ArrayList<>();
    for (JavaMethod method : classes.get(Measurement.class).getMethods()) {
      JavaClass shown = method.getRawReturnType();
      boolean isSeen = method.getModifiers().contains(JavaModifier.PUBLIC);
      if (isSeen && (shown.isArray() || hasWritableField(shown))) {
        writable.add(method.getFullName());
      }
    }
    assertThat(writable).as("methods that return what can be changed").isEmpty();
  }

  private static boolean hasWritableField(JavaClass type) {
    return type.getPackageName().startsWith("dev.traininghealth")
        && type.getFields().stream()
            .map(JavaField::getModifiers)
            .anyMatch(m -> m.contains(JavaModifier.PUBLIC) && !m.contains(JavaModifier.FINAL));
  }

  private static boolean isReadOutside(JavaField field) {
    return field.getAccessesToSelf().stream()
        .anyMatch(
            access ->
                access.getAccessType() == AccessType.GET
                    && !WRITING.contains(access.getOriginOwner().getPackageName()));
  }
}
