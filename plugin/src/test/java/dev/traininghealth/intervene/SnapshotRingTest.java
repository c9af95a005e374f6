package dev.traininghealth.intervene;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.intervene.model.NetworkState;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.slf4j.LoggerFactory;

/** Which snapshots are kept, when they are confirmed, and to which one a rollback leads. */
class SnapshotRingTest {
  /** Parameters and momentum, 4 bytes each. */
  private static final long BYTES = (3 * 2 + 2) * 2 * 4;

  private final MultiLayerNetwork net = network();
  private final EditedNetwork edited = new EditedNetwork(net, false);

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .updater(new Nesterovs(0.1))
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(2).build())
                .build());
    net.init();
    return net;
  }

  private SnapshotRing ring(int maxSnapshots) {
    SnapshotRing ring =
        requireNonNull(SnapshotRing.of(edited, maxSnapshots, 1L << 30, new MemoryBudget(0), true));
    ring.claimMore();
    return ring;
  }

  private void take(SnapshotRing ring, long iteration, double score) {
    take(ring, iteration, score, 1);
  }

  /** Takes a snapshot whose parameters all equal the iteration. */
  private void take(SnapshotRing ring, long iteration, double score, double factor) {
    net.params().assign(iteration);
    ring.take(iteration, score, factor, new SavedNumbers().put("iteration", iteration));
  }

  /** Takes a snapshot and confirms it. */
  private void confirm(SnapshotRing ring, long iteration, double score) {
    take(ring, iteration, score);
    ring.onHealthyIteration(iteration + SnapshotRing.CONFIRMATION_ITERATIONS);
  }

  private static long target(SnapshotRing ring) {
    return ring.rollbackTarget(4, false).iteration();
  }

  @Test
  void shouldRollBackToTheInitialOneUntilAnotherIsConfirmed() {
    SnapshotRing ring = ring(3);
    assertThat(ring.isEmpty()).isTrue();
    take(ring, -1, Double.NaN);
    assertThat(ring.isEmpty()).isFalse();
    assertThat(ring.hasCandidate()).isFalse();
    assertThat(target(ring)).isEqualTo(-1);

    take(ring, 50, 1, 0.5);
    for (int i = 50; i < 50 + SnapshotRing.CONFIRMATION_ITERATIONS; i++) {
      ring.onHealthyIteration(i);
      assertThat(ring.hasCandidate()).isTrue();
      assertThat(ring.hasConfirmed()).isFalse();
      assertThat(target(ring)).isEqualTo(-1);
    }
    ring.onHealthyIteration(50 + SnapshotRing.CONFIRMATION_ITERATIONS);
    assertThat(ring.hasCandidate()).isFalse();
    assertThat(ring.hasConfirmed()).isTrue();
    Snapshot snapshot = ring.rollbackTarget(4, false);
    assertThat(snapshot.iteration()).isEqualTo(50);
    assertThat(snapshot.statistics().getLong("iteration")).isEqualTo(50);
    assertThat(snapshot.state().parameters().meanNumber().doubleValue()).isEqualTo(50);
  }

  @Test
  void shouldDiscardTheCandidateAtAnAlarm() {
    SnapshotRing ring = ring(3);
    take(ring, -1, Double.NaN);
    take(ring, 50, 1);
    ring.onHealthyIteration(60);
    ring.discardCandidate();
    assertThat(ring.hasCandidate()).isFalse();
    ring.onHealthyIteration(50 + SnapshotRing.CONFIRMATION_ITERATIONS);
    assertThat(ring.hasConfirmed()).isFalse();
    confirm(ring, 100, 1);
    assertThat(target(ring)).isEqualTo(100);
  }

  @Test
  void shouldDiscardTheCandidateAtARollback() {
    SnapshotRing ring = ring(3);
    take(ring, -1, Double.NaN);
    take(ring, 50, 1);
    ring.onRollback();
    assertThat(ring.hasCandidate()).isFalse();
    assertThat(ring.consecutiveRollbacks()).isEqualTo(1);
  }

  /** Scores of the snapshots at 100, 200 and 300, and the expected target. */
  @ParameterizedTest
  @CsvSource({
    "3, 2, 1, 300",
    "3, 2, 2.1, 300",
    "3, 2, 2.3, 200",
    "1, 2, 2.3, 100",
    "1, 1, 1, 300",
    "-2, -3, -2.8, 300",
    "-2, -3, -2.5, 200",
    "0, 0, 0, 300",
  })
  void shouldRollBackToTheLatestUnlessAnotherIsNotablyBetter(
      double first, double second, double third, long expected) {
    SnapshotRing ring = ring(3);
    take(ring, -1, Double.NaN);
    confirm(ring, 100, first);
    confirm(ring, 200, second);
    confirm(ring, 300, third);
    assertThat(target(ring)).isEqualTo(expected);
  }

  @Test
  void shouldDiscardTheOldestUnlessItIsTheBest() {
    SnapshotRing ring = ring(2);
    take(ring, -1, Double.NaN);
    confirm(ring, 100, 1);
    confirm(ring, 200, 5);
    confirm(ring, 300, 6);
    assertThat(target(ring)).as("the oldest is the best and stays").isEqualTo(100);
    confirm(ring, 400, 0.5);
    confirm(ring, 500, 6);
    assertThat(target(ring)).isEqualTo(400);
  }

  @Test
  void shouldDiscardASnapshotThatDidNotHelp() {
    SnapshotRing ring = ring(3);
    take(ring, -1, Double.NaN);
    confirm(ring, 100, 2);
    confirm(ring, 200, 1);
    for (int i = 0; i < 4; i++) {
      assertThat(target(ring)).isEqualTo(200);
      ring.onRollback();
    }
    assertThat(ring.consecutiveRollbacks()).isEqualTo(4);
    assertThat(target(ring)).isEqualTo(100);
    assertThat(ring.consecutiveRollbacks()).isZero();
    for (int i = 0; i < 4; i++) {
      assertThat(target(ring)).isEqualTo(100);
      ring.onRollback();
    }
    for (int i = 0; i < 9; i++) {
      assertThat(target(ring)).as("the initial one is never discarded").isEqualTo(-1);
      ring.onRollback();
    }
    assertThat(ring.consecutiveRollbacks()).isEqualTo(9);
    confirm(ring, 400, 1);
    assertThat(ring.consecutiveRollbacks()).as("a new one is confirmed").isZero();
  }

  @Test
  void shouldKeepAtMostTheAllowedNumber() {
    SnapshotRing ring = ring(2);
    take(ring, -1, Double.NaN);
    Set<NetworkState> states = new HashSet<>();
    states.add(ring.rollbackTarget(4, false).state());
    for (int i = 1; i < 20; i++) {
      confirm(ring, 100L * i, 100 - i);
      states.add(ring.rollbackTarget(4, false).state());
    }
    assertThat(states).as("the initial one, two confirmed and a candidate").hasSize(4);
  }

  /**
   * Requested snapshots, memory in states, expected states, and whether a snapshot can be
   * confirmed.
   */
  @ParameterizedTest
  @CsvSource({
    "3, 100, 6, true",
    "3, 6, 6, true",
    "3, 5, 5, true",
    "3, 4, 4, true",
    "3, 3, 2, false",
    "3, 2, 2, false",
    "1, 100, 4, true",
  })
  void shouldTakeAsManyAsTheMemoryAllows(
      int maxSnapshots, long memory, int expectedStates, boolean confirms) {
    MemoryBudget budget = new MemoryBudget(1 << 20, () -> 1 << 20);
    SnapshotRing ring =
        requireNonNull(SnapshotRing.of(edited, maxSnapshots, memory * BYTES, budget, true));
    assertThat(budget.taken(Use.START_SNAPSHOTS)).isEqualTo(2 * BYTES);
    ring.claimMore();
    assertThat(budget.taken(Use.MORE_SNAPSHOTS)).isEqualTo((expectedStates - 2) * BYTES);
    take(ring, -1, Double.NaN);
    confirm(ring, 100, 1);
    assertThat(ring.hasConfirmed()).isEqualTo(confirms);
  }

  /** Memory of the run in states, and the states that are taken of it. */
  @ParameterizedTest
  @CsvSource({"6, 6", "5, 5", "4, 4", "3, 2", "2, 2"})
  void shouldTakeAsManyAsTheBudgetOfTheRunAllows(long memory, int expectedStates) {
    MemoryBudget budget = new MemoryBudget(memory * BYTES, () -> 1 << 20);
    SnapshotRing ring = requireNonNull(SnapshotRing.of(edited, 3, 1 << 20, budget, true));
    ring.claimMore();
    ring.claimMore();
    assertThat(budget.taken(Use.START_SNAPSHOTS) + budget.taken(Use.MORE_SNAPSHOTS))
        .isEqualTo(expectedStates * BYTES);
    take(ring, -1, Double.NaN);
    confirm(ring, 100, 1);
    assertThat(ring.hasConfirmed()).isEqualTo(expectedStates > 2);
  }

  @Test
  void shouldKeepNoneIfTheBudgetOfTheRunHasNoRoomForTwo() {
    MemoryBudget budget = new MemoryBudget(2 * BYTES - 1, () -> 1 << 20);
    assertThat(SnapshotRing.of(edited, 3, 1 << 20, budget, true)).isNull();
  }

  @Test
  void shouldWarnIfThereIsNoMemoryForTwo() {
    LoggedRing logged =
        LoggedRing.of(() -> SnapshotRing.of(edited, 3, 2 * BYTES - 1, new MemoryBudget(0), true));
    assertThat(logged.ring).isNull();
    assertThat(logged.messages).singleElement().asString().startsWith("There will be no rollback");
  }

  /** A ring and the messages logged at its creation. */
  private record LoggedRing(@Nullable SnapshotRing ring, List<String> messages) {
    static LoggedRing of(Supplier<@Nullable SnapshotRing> creation) {
      Logger log = (Logger) LoggerFactory.getLogger(SnapshotRing.class);
      ListAppender<ILoggingEvent> appender = new ListAppender<>();
      appender.start();
      log.addAppender(appender);
      try {
        SnapshotRing ring = creation.get();
        return new LoggedRing(
            ring, appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
      } finally {
        log.detachAppender(appender);
      }
    }
  }
}
