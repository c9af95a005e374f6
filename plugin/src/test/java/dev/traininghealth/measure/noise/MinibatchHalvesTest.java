package dev.traininghealth.measure.noise;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MinibatchHalvesTest {
  private static final int EXAMPLES = 10;
  private static final int STEPS = 3;

  /** Features of which each element names its example, step and column, in different memory. */
  static Stream<INDArray> features() {
    INDArray more = Nd4j.arange(0, 14 * STEPS * 2).castTo(DataType.FLOAT).reshape(14, 2, STEPS);
    INDArray inOrder = more.get(NDArrayIndex.interval(0, EXAMPLES)).dup('c');
    return Stream.of(
        inOrder,
        inOrder.dup('f'),
        more.get(NDArrayIndex.interval(3, 3 + EXAMPLES)),
        inOrder.dup('c').permute(0, 2, 1)); // JUnit closes each after its test
  }

  @ParameterizedTest
  @MethodSource("features")
  void shouldDivideTheExamplesWhateverTheirOrderInMemory(INDArray features) {
    INDArray before = features.dup();
    INDArray labels = Nd4j.arange(0, EXAMPLES).castTo(DataType.FLOAT).reshape(EXAMPLES, 1);
    Minibatch whole =
        new Minibatch(
            List.of(features), List.of(), List.of(labels), List.of(), List.of(), List.of());
    List<Integer> seen = new ArrayList<>();
    try (MinibatchHalves halves = MinibatchHalves.of(whole, EXAMPLES, new Random(4))) {
      for (Minibatch half : List.of(halves.first(), halves.second())) {
        assertThat(half.examples()).isEqualTo(EXAMPLES / 2);
        for (int row = 0; row < EXAMPLES / 2; row++) {
          int example = requireNonNull(half.firstLabels()).getInt(row, 0);
          seen.add(example);
          assertThat(half.features().get(0).slice(row).toDoubleMatrix())
              .isDeepEqualTo(before.slice(example).toDoubleMatrix());
        }
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, EXAMPLES).boxed().toList());
    assertThat(features).as("not released, not changed").isEqualTo(before);
  }
}
