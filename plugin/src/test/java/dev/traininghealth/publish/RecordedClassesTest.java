package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.ClassResults;
import dev.traininghealth.numbers.ClassResults.OfClass;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.RunRecord.EpochScores;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedClassesTest {
  private static final RunDescription RUN =
      new RunDescription("MultiLayerNetwork", List.of(), List.of(), List.of(), 1, Map.of());

  private final RecordedClasses classes = new RecordedClasses();
  private int epochs;

  private void add(int number) {
    classes.add(
        epochs,
        10L * epochs++,
        new ClassResults(
            IntStream.range(0, number).mapToObj(String::valueOf).toList(),
            Collections.nCopies(number, new OfClass(1.0 / 3, 1, 0.5, 7)),
            0.25));
  }

  private void put() {
    classes.stored(classes.latest());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 100})
  void shouldKeepFewEpochsTheFirstAndTheNewest(int number) {
    for (int epoch = 0; epoch < 1234; epoch++) {
      add(number);
      List<EpochScores> kept = classes.latest().epochs();
      assertThat(kept.get(0).epoch()).isZero();
      assertThat(kept.get(kept.size() - 1).epoch()).isEqualTo(epoch);
      assertThat(kept).extracting(EpochScores::epoch).isSorted().doesNotHaveDuplicates();
      assertThat(kept.size() * number).isLessThanOrEqualTo(RecordedClasses.MAX_RESULTS);
      assertThat(kept).hasSizeLessThanOrEqualTo(RecordedClasses.MAX_EPOCHS);
    }
    assertThat(classes.latest().epochs())
        .as("enough for the course over the run")
        .hasSizeGreaterThan(
            Math.min(RecordedClasses.MAX_EPOCHS, RecordedClasses.MAX_RESULTS / number) / 2 - 1);
  }

  @Test
  void shouldBePutSeldomAndAtTheEnd() {
    assertThat(classes.isDue()).isFalse();
    int puts = 0;
    for (int epoch = 0; epoch < 1000; epoch++) {
      add(3);
      if (classes.isDue()) {
        put();
        puts++;
        assertThat(classes.isDue()).isFalse();
      }
    }
    assertThat(puts).isBetween(50, 120);

    add(3);
    classes.putNext();
    assertThat(classes.isDue()).isTrue();
    put();
    assertThat(classes.isDue()).isFalse();
  }

  @Test
  void shouldBeReadAgainFromTheBytesOfARecord() throws Exception {
    add(3);
    RunRecord record = new RunRecord("s", "w", 1, RUN, RunRecord.Coverage.NONE, classes.latest());
    RunRecord read = new RunRecord();
    read.decode(record.encode());

    assertThat(read.classScores()).isEqualTo(classes.latest());
    assertThat(read.classScores().epochs().get(0).classes().get(0).precision()).isEqualTo(0.3333);
    assertThat(read.description()).isEqualTo(RUN);
  }
}
