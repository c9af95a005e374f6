package dev.traininghealth.trial;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.network.Minibatch;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MinibatchRingTest {
  private static final long BYTES = 1 << 20;
  private static final int MINIBATCHES = 36;

  /**
   * While the ring fills, it reserves memory at each fourth minibatch. The minibatches are parts of
   * other arrays.
   */
  @Test
  void shouldAllocateNothingForMostMinibatchesOfTheSameShape() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<Minibatch> live = new ArrayList<>();
    for (int i = 0; i < MINIBATCHES; i++) {
      live.add(minibatch(i));
    }
    try (MinibatchRing ring = new MinibatchRing(BYTES, new MemoryBudget(0), 1)) {
      long[] bytes = new long[MINIBATCHES];
      for (int i = 0; i < MINIBATCHES; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        ring.add(live.get(i), i);
        bytes[i] = threads.getCurrentThreadAllocatedBytes() - before;
      }
      Arrays.sort(bytes);
      assertThat(bytes[MINIBATCHES * 6 / 10]).isZero();
      assertThat(ring.isFull()).isFalse();
    }
  }

  @Test
  void shouldKeepWhatTheMinibatchesHold() {
    try (MinibatchRing ring = new MinibatchRing(BYTES, new MemoryBudget(0), 1)) {
      for (int i = 0; i < MINIBATCHES; i++) {
        ring.add(minibatch(i), i);
      }
      List<KeptMinibatch> kept = new ArrayList<>(ring.toStep(0));
      kept.addAll(ring.toScore(0));
      assertThat(kept).hasSize(MINIBATCHES);
      for (KeptMinibatch k : kept) {
        Minibatch original = minibatch((int) k.iteration());
        assertThat(k.minibatch().features()).isEqualTo(original.features());
        assertThat(k.minibatch().labels()).isEqualTo(original.labels());
        assertThat(k.minibatch().layerMasks()).isEqualTo(original.layerMasks());
      }
    }
  }

  @Test
  void shouldKeepAsManyAsTheBudgetOfTheRunAllows() {
    long one = KeptMinibatch.bytes(minibatch(0));
    MemoryBudget budget = new MemoryBudget(20 * one, () -> BYTES);
    MinibatchRing ring = new MinibatchRing(BYTES, budget, 1);
    for (int i = 0; i < 100; i++) {
      ring.add(minibatch(i), i);
    }
    assertThat(ring.toStep(0).size() + ring.toScore(0).size()).isEqualTo(19);
    assertThat(budget.taken(Use.TRIAL_MINIBATCHES)).isEqualTo(20 * one);
    ring.close();
    assertThat(budget.taken(Use.TRIAL_MINIBATCHES)).isZero();
  }

  @Test
  void shouldKeepNoneIfTheBudgetOfTheRunHasNoRoomForThirteen() {
    MemoryBudget budget = new MemoryBudget(13 * KeptMinibatch.bytes(minibatch(0)) - 1, () -> BYTES);
    try (MinibatchRing ring = new MinibatchRing(BYTES, budget, 1)) {
      ring.add(minibatch(0), 0);
      assertThat(ring.isTooSmall()).isTrue();
    }
  }

  /** A minibatch whose arrays are views, one of them with gaps. */
  private static Minibatch minibatch(int number) {
    INDArray all = Nd4j.arange(number, number + 120.0).castTo(DataType.FLOAT).reshape(20, 6);
    INDArray features = all.get(NDArrayIndex.interval(4, 12), NDArrayIndex.all());
    INDArray labels = all.get(NDArrayIndex.interval(12, 20), NDArrayIndex.all());
    List<@Nullable INDArray> masks =
        Arrays.asList(null, features.getColumn(0, true).dup().reshape(8, 1));
    return new Minibatch(
        List.of(features),
        List.of(),
        Arrays.asList(labels),
        List.of(),
        masks,
        List.of(Map.of(), Map.of()));
  }
}
