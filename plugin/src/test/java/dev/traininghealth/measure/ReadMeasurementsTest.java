package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess.AccessType;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is measured has a reader: a detector, an intervention, a record or a report. */
@AnalyzeClasses(
    packages = "dev.traininghealth",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ReadMeasurementsTest {
  @ArchTest
  static void everyMeasuredValueIsReadOutsideOfMeasuring(JavaClasses classes) {
    List<String> unread = new ArrayList<>();
    for (Class<?> measured : List.of(Measurement.class, Measurement.Histogram.class)) {
      for (JavaField field : classes.get(measured).getFields()) {
        boolean constant = field.getModifiers().contains(JavaModifier.STATIC);
        if (!constant && !isReadOutside(field)) {
          unread.add(field.getFullName());
        }
      }
    }
    assertThat(unread).as("measured, and read by nobody").isEmpty();
  }

  /**
   * A constant prediction's score is told of the labels by the losses, which are in this package.
   */
  @ArchTest
  static void everyNumberOfTheDataIsReadByMoreThanWhatWritesIt(JavaClasses classes) {
    Set<String> writers = Set.of("DataSummary", "DataSummarizer");
    List<String> unread =
        classes.get(DataSummary.class).getFields().stream()
            .filter(
                field ->
                    field.getAccessesToSelf().stream()
                        .allMatch(
                            access -> writers.contains(access.getOriginOwner().getSimpleName())))
            .map(JavaField::getName)
            .toList();
    assertThat(unread).as("computed, and read by nobody").isEmpty();
  }

  private static boolean isReadOutside(JavaField field) {
    JavaClass owner = field.getOwner();
    return field.getAccessesToSelf().stream()
        .anyMatch(
            access ->
                access.getAccessType() == AccessType.GET
                    && !access.getOriginOwner().getPackage().equals(owner.getPackage()));
  }
}
