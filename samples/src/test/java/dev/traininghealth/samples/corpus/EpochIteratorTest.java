package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.samples.corpus.RunResult.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class EpochIteratorTest {
  private static final int EXAMPLES = 10;
  private static final Examples DATA =
      new Examples(
          Nd4j.arange(EXAMPLES * 6).reshape(EXAMPLES, 2, 3), Nd4j.arange(EXAMPLES).reshape(-1, 1));

  private long now;

  private EpochIterator iterator(int iterations, double seconds, int seed) {
    return new EpochIterator(DATA, 4, new Limits(iterations, seconds), new Random(seed), () -> now);
  }

  private static List<Integer> epoch(EpochIterator iterator) {
    List<Integer> labels = new ArrayList<>();
    if (iterator.nextEpoch()) {
      while (iterator.hasNext()) {
        DataSet minibatch = iterator.next();
        for (int i = 0; i < minibatch.numExamples(); i++) {
          labels.add(minibatch.getLabels().getInt(i, 0));
          assertRow(minibatch.getFeatures().slice(i), minibatch.getLabels().getInt(i, 0));
        }
      }
    }
    return labels;
  }

  private static void assertRow(INDArray features, int label) {
    for (int i = 0; i < 6; i++) {
      assertThat(features.getInt(i / 3, i % 3)).isEqualTo(6 * label + i);
    }
  }

  @Test
  void shouldGiveOutAllExamplesInANewOrderEachEpoch() {
    EpochIterator iterator = iterator(100, 100, 1);

    List<Integer> first = epoch(iterator);
    List<Integer> second = epoch(iterator);

    assertThat(first).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(second).hasSameElementsAs(first).isNotEqualTo(first);
    assertThat(epoch(iterator(100, 100, 1))).isEqualTo(first);
    assertThat(epoch(iterator(100, 100, 2))).isNotEqualTo(first);
    assertThat(iterator.iterations()).isEqualTo(6);
    assertThat(iterator.end()).isEqualTo(End.EPOCHS);
  }

  @Test
  void shouldLeaveTheExamplesInTheirOrder() {
    EpochIterator iterator = new EpochIterator(DATA, 4, new Limits(100, 100), null, () -> now);

    assertThat(epoch(iterator)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(epoch(iterator)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void shouldEndAfterTheIterations() {
    EpochIterator iterator = iterator(4, 100, 1);

    assertThat(epoch(iterator)).hasSize(EXAMPLES);
    assertThat(epoch(iterator)).hasSize(4);
    assertThat(epoch(iterator)).isEmpty();
    assertThat(iterator.end()).isEqualTo(End.ITERATIONS);
  }

  @Test
  void shouldLetTheEpochsEndWhatTheyEndTogetherWithALimit() {
    EpochIterator iterator = iterator(3, 100, 1);

    assertThat(epoch(iterator)).hasSize(EXAMPLES);
    assertThat(iterator.end()).isEqualTo(End.EPOCHS);
  }

  @Test
  void shouldEndAfterTheSeconds() {
    EpochIterator iterator = iterator(100, 2, 1);
    iterator.nextEpoch();
    iterator.next();

    now = 1_999_999_999;
    assertThat(iterator.hasNext()).isTrue();
    now = 2_000_000_000;
    assertThat(iterator.hasNext()).isFalse();
    assertThat(iterator.nextEpoch()).isFalse();
    assertThat(iterator.end()).isEqualTo(End.SECONDS);
    assertThat(iterator.iterations()).isEqualTo(1);
  }
}
