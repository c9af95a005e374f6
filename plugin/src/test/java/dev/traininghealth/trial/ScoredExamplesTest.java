package dev.traininghealth.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Minibatches that are scored together. */
class ScoredExamplesTest {
  private static KeptMinibatch kept(INDArray features, INDArray labels, @Nullable INDArray mask) {
    KeptMinibatch kept = new KeptMinibatch();
    kept.take(
        new Minibatch(
            List.of(features),
            List.of(),
            List.of(labels),
            List.of(),
            Arrays.asList(mask),
            List.of(Map.of())),
        0,
        true);
    return kept;
  }

  private static KeptMinibatch kept(int examples, int columns, double first) {
    INDArray features = Nd4j.arange(examples * columns).reshape(examples, columns).addi(first);
    return kept(features, Nd4j.ones(examples, 1), null);
  }

  private static List<Integer> sizes(KeptMinibatch... kept) {
    List<Integer> sizes = new ArrayList<>();
    try (ScoredExamples scored =
        new ScoredExamples(Stream.of(kept).map(KeptMinibatch::minibatch).toList())) {
      scored.minibatches().forEach(m -> sizes.add(m.examples()));
    }
    return sizes;
  }

  @Test
  void shouldJoinInOrder() {
    KeptMinibatch first = kept(1, 2, 0);
    KeptMinibatch second = kept(2, 2, 10);
    try (ScoredExamples scored =
        new ScoredExamples(List.of(first.minibatch(), second.minibatch()))) {
      assertThat(scored.minibatches()).hasSize(1);
      assertThat(scored.minibatches().get(0).features().get(0).toDoubleMatrix())
          .isDeepEqualTo(new double[][] {{0, 1}, {10, 11}, {12, 13}});
    }
    assertThat(first.minibatch().features().get(0).wasClosed()).as("not its own").isFalse();
  }

  @Test
  void shouldKeepApartWhatDiffers() {
    assertThat(sizes(kept(4, 2, 0), kept(4, 3, 0), kept(5, 3, 0))).containsExactly(4, 9);
    assertThat(sizes(kept(100, 2, 0), kept(28, 2, 0), kept(1, 2, 0))).containsExactly(128, 1);
    KeptMinibatch masked = kept(Nd4j.ones(3, 2), Nd4j.ones(3, 1), Nd4j.ones(3, 1));
    assertThat(sizes(masked, kept(3, 2, 0), kept(3, 2, 0))).containsExactly(3, 6);
  }
}
