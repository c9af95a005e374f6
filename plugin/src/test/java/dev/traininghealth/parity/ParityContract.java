package dev.traininghealth.parity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.IterationClock;
import dev.traininghealth.NetworkBits;
import dev.traininghealth.ScriptedDetector;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.clip.GradientClipping;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A test for each column of the README's table, over all rows. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
abstract class ParityContract {
  /** The iteration after which a weight is damaged, or rates are halved. */
  private static final int CHANGED = 1;

  private static final double LIMIT = 0.02;

  /** {@return the rows whose cell in a column is tested by this class} */
  abstract Stream<Training> rowsOf(Column column);

  @AfterAll
  void stop() throws Exception {
    ShownPages.stopShared();
  }

  private Stream<Training> rows(Column column) {
    return rowsOf(column).filter(row -> !row.impossible().containsKey(column));
  }

  /** The clock of the listener that was built last. */
  private IterationClock clock = new IterationClock();

  /** A listener that measures as much as it can at each iteration. */
  private TrainingHealthListenerBuilder listener(StatsStorageRouter storage) {
    clock = new IterationClock();
    return clock.builder(storage).costBudget(1);
  }

  private TrainingHealthListenerBuilder listener(Training row) {
    StatsStorageRouter storage = row.storage();
    return listener(storage == null ? new DiscardingRouter() : storage).stockPages(false);
  }

  private static StatsStorageRouter recording(Training row) {
    StatsStorageRouter storage = row.storage();
    return storage == null ? new InMemoryStatsStorage() : storage;
  }

  private Model train(
      Training row, Model model, List<DataSet> data, TrainingListener... listeners) {
    List<TrainingListener> all = new ArrayList<>(List.of(listeners));
    all.add(clock);
    model.setListeners(all);
    return row.fit(model, data);
  }

  private record State(List<Long> bits, List<Double> scores, int random) {}

  private State state(Training row, @Nullable TrainingHealthListener health) {
    Recorded recorded = new Recorded(false);
    Model model = row.create();
    Nd4j.getRandom().setSeed(99);
    Model trained =
        health == null
            ? train(row, model, row.data(), recorded)
            : train(row, model, row.data(), recorded, health);
    return new State(NetworkBits.of(trained), recorded.sortedScores(), Nd4j.getRandom().nextInt());
  }

  Stream<Training> bitIdentical() {
    return rows(Column.BIT_IDENTICAL);
  }

  @ParameterizedTest
  @MethodSource("bitIdentical")
  void shouldBeBitIdentical(Training row) {
    State alone = state(row, null);
    try (TrainingHealthListener observing = listener(recording(row)).build()) {
      assertThat(state(row, observing)).as("observed").isEqualTo(alone);
    }
    try (TrainingHealthListener protecting = listener(recording(row)).protecting().build()) {
      assertThat(state(row, protecting)).as("protected").isEqualTo(alone);
      assertThat(protecting.interventions()).isEmpty();
    }
    if (row != Updaters.NO_OP) {
      assertThat(alone.bits).as("trained").isNotEqualTo(NetworkBits.of(row.create()));
    }
  }

  Stream<Training> norms() {
    return rows(Column.NORMS);
  }

  @ParameterizedTest
  @MethodSource("norms")
  void shouldMeasureNorms(Training row) {
    Model model = row.create();
    NormSums sums = new NormSums(row.accuracy(), model.conf().isMiniBatch());
    try (TrainingHealthListener health = listener(row).detector(NormSums.Comparing::new).build()) {
      train(row, model, row.data(), sums, health);
    }
    assertThat(sums.differences).isEmpty();
    assertThat(sums.compared).containsAll(sums.expected);
  }

  Stream<Training> nonFinite() {
    return rows(Column.NON_FINITE);
  }

  @ParameterizedTest
  @MethodSource("nonFinite")
  void shouldFindNaN(Training row) {
    Origins ofData = new Origins();
    List<DataSet> poisoned = row.data();
    DataSet bad = poisoned.get(Training.BAD);
    row.poison(bad);
    try (TrainingHealthListener health = listener(row).detector(ofData::detector).build()) {
      train(row, row.create(), poisoned, health);
    }
    assertThat(ofData.found).isNotEmpty();
    Origins.Found first = ofData.found.get(0);
    assertThat(first.iteration()).isEqualTo((long) row.badIterations().get(0));
    assertThat(first.origin().place()).isEqualTo(row.poisonedPlace());
    assertThat(first.origin().examples()).containsExactly(bad.numExamples() - 1);

    Origins ofWeight = new Origins();
    Model model = row.create();
    String key = Recorded.weight(model);
    try (TrainingHealthListener health = listener(row).detector(ofWeight::detector).build()) {
      train(row, model, row.data(), health, new Damage(key));
    }
    assertThat(ofWeight.found).isNotEmpty();
    Origins.Found weight = ofWeight.found.get(0);
    assertThat(weight.iteration()).isEqualTo(CHANGED + 1);
    assertThat(weight.origin().place()).isEqualTo(Place.WEIGHT);
    assertThat(weight.parameter()).isEqualTo(key);
    assertThat(weight.layer()).isNotEmpty();
  }

  /** Makes one weight NaN after an iteration. */
  private static final class Damage extends BaseTrainingListener {
    private final String key;

    Damage(String key) {
      this.key = key;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (iteration == CHANGED) {
        requireNonNull(model.paramTable().get(key)).putScalar(0, Double.NaN);
      }
    }
  }

  Stream<Training> skipped() {
    return rows(Column.SKIPPED);
  }

  @ParameterizedTest
  @MethodSource("skipped")
  void shouldSkipExactly(Training row) {
    List<DataSet> poisoned = row.data();
    row.poison(poisoned.get(Training.BAD));
    List<Intervention> done;
    Model guarded;
    try (TrainingHealthListener health = listener(row).protecting().build()) {
      Model model = row.create();
      guarded = train(row, model, poisoned, new Seeds(List.of()), health);
      done = health.interventions();
    }
    assertThat(done).allMatch(Intervention::applied).allMatch(i -> i.kind() == Kind.SKIP);
    assertThat(done)
        .flatExtracting(i -> List.of(i.iteration(), i.lastIteration()))
        .hasSameElementsAs(row.badIterations().stream().map(Integer::longValue).toList());

    Model oracle = row.create();
    Model expected;
    if (row.workers() > 1) {
      boolean restores = !row.impossible().containsKey(Column.ROLLED_BACK);
      expected =
          train(row, oracle, row.withoutBad(), new Seeds(List.of()), new UndoneByHand(restores));
    } else if (row.isConstrained()) {
      oracle.setListeners(new Seeds(row.badIterations()));
      List<DataSet> rest = row.withoutBad();
      row.fit(oracle, rest.subList(0, Training.BAD));
      oracle.applyConstraints(Training.BAD, 0);
      expected = row.fit(oracle, rest.subList(Training.BAD, rest.size()));
    } else {
      expected = train(row, oracle, row.withoutBad(), new Seeds(row.badIterations()));
    }
    assertThat(NetworkBits.of(guarded)).isEqualTo(NetworkBits.of(expected));
  }

  Stream<Training> clipped() {
    return rows(Column.CLIPPED);
  }

  @ParameterizedTest
  @MethodSource("clipped")
  void shouldClip(Training row) {
    ClippedGradients gradients = new ClippedGradients();
    Model model = row.create();
    boolean sum = !model.conf().isMiniBatch();
    try (TrainingHealthListener health =
        listener(row).clipping(GradientClipping.globalNorm(LIMIT)).build()) {
      train(row, model, row.data(), gradients.before(), health, gradients.after());
      assertThat(health.interventions()).isNotEmpty().allMatch(i -> i.kind() == Kind.CLIP);
    }
    int clipped = 0;
    for (ClippedGradients.Pair pair : gradients.pairs) {
      double before = pair.norm(pair.before(), sum);
      double factor = Math.min(1, LIMIT / before);
      clipped += factor < 1 ? 1 : 0;
      pair.before()
          .forEach(
              (key, gradient) -> {
                INDArray expected =
                    ClippedGradients.isStatistic(key) ? gradient : gradient.mul(factor);
                double distance = requireNonNull(pair.after().get(key)).distance2(expected);
                assertThat(distance)
                    .as("%s, norm %s", key, before)
                    .isLessThanOrEqualTo(row.accuracy() * Recorded.norm(expected) + 1e-7);
              });
    }
    assertThat(clipped).isPositive();
  }

  Stream<Training> ratesLowered() {
    return rows(Column.RATES_LOWERED);
  }

  @ParameterizedTest
  @MethodSource("ratesLowered")
  void shouldLowerTheRates(Training row) {
    Model lowered;
    try (TrainingHealthListener health =
        listener(row)
            .policy(new HalvingPolicy())
            .detector(
                () ->
                    new ScriptedDetector(
                        Problem.EXPLODING_GRADIENT,
                        Severity.WARNING,
                        false,
                        iteration -> iteration == CHANGED))
            .build()) {
      lowered = train(row, row.create(), row.data(), new Seeds(List.of()), health);
      assertThat(health.interventions())
          .hasSize(row.workers())
          .allMatch(i -> i.kind() == Kind.LOWER_LEARNING_RATE && i.after() == 0.5);
    }
    Model expected =
        train(
            row,
            row.create(),
            row.data(),
            new Seeds(List.of()),
            new HalvedRates(CHANGED + row.ratesDelay()));
    assertThat(NetworkBits.of(lowered)).isEqualTo(NetworkBits.of(expected));
  }

  Stream<Training> rolledBack() {
    return rows(Column.ROLLED_BACK);
  }

  @ParameterizedTest
  @MethodSource("rolledBack")
  void shouldRollBack(Training row) {
    Recorded recorded = new Recorded(true);
    Model model = row.create();
    final List<Long> initial = NetworkBits.of(model);
    Model trained;
    try (TrainingHealthListener health = listener(row).protecting().build()) {
      trained = train(row, model, row.data(), health, recorded, new Damage(Recorded.weight(model)));
      List<Intervention> rollbacks =
          health.interventions().stream().filter(i -> i.kind() == Kind.ROLLBACK).toList();
      assertThat(rollbacks)
          .hasSize(row.workers())
          .allMatch(i -> i.snapshotIteration() == -1)
          .allMatch(i -> i.iteration() == CHANGED + 1);
    }
    assertThat(recorded.bits.get(CHANGED + 1)).allMatch(initial::equals);
    assertThat(Recorded.norm(trained.params().castTo(DataType.DOUBLE))).isFinite();
  }

  Stream<Training> shown() {
    return rows(Column.PAGE);
  }

  @ParameterizedTest
  @MethodSource("shown")
  void shouldShowTheRun(Training row) throws Exception {
    Recorded recorded = new Recorded(false);
    Model model = row.create();
    StatsStorageRouter storage = recording(row);
    try (TrainingHealthListener health = listener(storage).protecting().build()) {
      train(row, model, row.data(), recorded, health);
      health.flush();
      ShownPages.shared().check(storage, health, model, recorded, row != Updaters.RAMP);
    }
  }
}
