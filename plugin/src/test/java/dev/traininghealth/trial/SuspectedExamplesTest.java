package dev.traininghealth.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Suspected examples of minibatches, and the minibatches without them. */
class SuspectedExamplesTest {
  private static final int EXAMPLES = 8;

  private final Random random = new Random(1);

  private INDArray normal(long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  private static KeptMinibatch kept(long iteration, INDArray features, INDArray labels) {
    KeptMinibatch kept = new KeptMinibatch();
    kept.take(
        new Minibatch(
            List.of(features), List.of(), List.of(labels), List.of(), List.of(), List.of(Map.of())),
        iteration,
        true);
    return kept;
  }

  private List<KeptMinibatch> several(long... shape) {
    List<KeptMinibatch> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(kept(100 + i, normal(shape), normal(EXAMPLES, 1)));
    }
    return all;
  }

  private static void scale(INDArray array, int example, double by) {
    array.slice(example).muli(by);
  }

  @Test
  void shouldSuspectNoneOfOneScale() {
    List<KeptMinibatch> all = several(EXAMPLES, 5);
    try (SuspectedExamples none = SuspectedExamples.in(all)) {
      assertThat(none.count(all)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void shouldLeaveOutExamplesOfFeatures(int rank) {
    long[] shape = {EXAMPLES, 5, 3, 2};
    List<KeptMinibatch> all = several(Arrays.copyOf(shape, rank));
    INDArray features = all.get(2).minibatch().features().get(0);
    scale(features, 3, 1000);
    scale(features, 6, -1000);
    INDArray before = features.dup();

    try (SuspectedExamples suspected = SuspectedExamples.in(all)) {
      assertThat(suspected.count(all)).isEqualTo(2);
      assertThat(suspected.named().english())
          .isEqualTo("rows 3 and 6 of the minibatch of iteration 102");
      Minibatch rest = Objects.requireNonNull(suspected.without(all.get(2)));
      assertThat(rest.examples()).isEqualTo(EXAMPLES - 2);
      assertThat(rest.features().get(0).slice(3)).isEqualTo(before.slice(4));
      assertThat(rest.features().get(0).slice(5)).isEqualTo(before.slice(7));
      INDArray labels = Objects.requireNonNull(rest.labels().get(0));
      assertThat(labels.slice(3))
          .isEqualTo(Objects.requireNonNull(all.get(2).minibatch().labels().get(0)).slice(4));
      assertThat(Objects.requireNonNull(suspected.without(all.get(1))).examples())
          .isEqualTo(EXAMPLES);
    }
    assertThat(features).as("not changed").isEqualTo(before);
  }

  @Test
  void shouldLeaveOutExamplesOfLabels() {
    List<KeptMinibatch> all = several(EXAMPLES, 5);
    scale(Objects.requireNonNull(all.get(0).minibatch().labels().get(0)), 7, 1e6);
    try (SuspectedExamples suspected = SuspectedExamples.in(all)) {
      assertThat(suspected.named().english()).isEqualTo("row 7 of the minibatch of iteration 100");
    }
  }

  /** If many examples lie far out, it is a property of the data. */
  @Test
  void shouldSuspectNoneIfManyLieFarOut() {
    List<KeptMinibatch> all = several(EXAMPLES, 5);
    all.forEach(k -> scale(k.minibatch().features().get(0), 2, 1000));
    try (SuspectedExamples none = SuspectedExamples.in(all)) {
      assertThat(none.count(all)).isZero();
    }
  }

  @Test
  void shouldLeaveNothingOfAMinibatchOfSuspectedExamples() {
    List<KeptMinibatch> all = several(EXAMPLES, 5);
    INDArray one = normal(1, 5).muli(1000);
    all.add(kept(200, one, normal(1, 1)));
    try (SuspectedExamples suspected = SuspectedExamples.in(all)) {
      assertThat(suspected.without(all.get(6))).isNull();
    }
  }

  @Test
  void shouldNotLookAtIndices() {
    List<KeptMinibatch> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      INDArray indices = Nd4j.ones(DataType.INT32, EXAMPLES, 4);
      indices.putScalar(0, i == 0 ? 30_000 : 1);
      all.add(kept(i, indices, normal(EXAMPLES, 1)));
    }
    try (SuspectedExamples none = SuspectedExamples.in(all)) {
      assertThat(none.count(all)).isZero();
    }
  }
}
