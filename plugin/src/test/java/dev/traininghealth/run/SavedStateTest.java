package dev.traininghealth.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.ImmediatePolicy;
import dev.traininghealth.InjectedRun;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.NetworkBits;
import dev.traininghealth.ScriptedDetector;
import dev.traininghealth.StoppingPolicy;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.clip.GradientClipping;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** The saved state of a listener, and a run that continues from it. */
class SavedStateTest {
  private static final int SAVED_AT_ITERATION = 200;
  private static final int HEALTHY_ITERATIONS = 10;
  private static final double CONFIGURED_RATE = 2e-3;

  private final TrainingHealthListenerBuilder builder =
      TrainingHealthListener.builder(new InMemoryStatsStorage());

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.health");
  }

  private InjectedRun run(LearningNetwork kind, IUpdater updater) {
    return new InjectedRun(kind, updater, builder);
  }

  private static DataSet batch(int index) {
    return LearningNetwork.MLP.batch(index);
  }

  /** Lowers the learning rate to an eighth, then saves the network and the listener's state. */
  private InjectedRun saved(IUpdater updater) throws IOException {
    builder
        .protecting(
            ProtectionSettings.builder()
                .healthyIterationsBeforeRaise(HEALTHY_ITERATIONS)
                .policy(new ImmediatePolicy())
                .build())
        .detector(
            () ->
                new ScriptedDetector(
                    Problem.EXPLODING_GRADIENT,
                    Severity.CRITICAL,
                    false,
                    i -> i > 120 && i <= 122));
    InjectedRun run = run(LearningNetwork.MLP, updater).until(123);
    assertThat(run.listener.interventions().stream().filter(i -> i.kind() != Kind.ROLLBACK))
        .extracting(Intervention::after)
        .containsExactly(0.5, 0.125);
    run.net.save(folder.resolve("model.zip").toFile());
    run.listener.save(file());
    return run;
  }

  private MultiLayerNetwork loaded(TrainingHealthListener health) throws IOException {
    MultiLayerNetwork net = MultiLayerNetwork.load(folder.resolve("model.zip").toFile(), true);
    net.setListeners(health);
    return net;
  }

  static Stream<IUpdater> updaters() {
    return Stream.of(
        new Adam(CONFIGURED_RATE),
        new Adam(new ExponentialSchedule(ScheduleType.ITERATION, CONFIGURED_RATE, 1)));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void shouldRaiseTheRateOfALoadedNetworkToTheConfiguredOne(IUpdater updater) throws IOException {
    saved(updater);
    TrainingHealthListener health = builder.build();
    health.restore(file());
    MultiLayerNetwork net = loaded(health);
    assertThat(net.getLearningRate(0)).isCloseTo(CONFIGURED_RATE / 8, withPercentage(1e-10));

    for (int i = 0; i < HEALTHY_ITERATIONS * 8; i++) {
      net.fit(batch(SAVED_AT_ITERATION + i));
    }
    assertThat(health.interventions()).allMatch(i -> i.kind() == Kind.RAISE_LEARNING_RATE);
    assertThat(health.interventions().get(0))
        .satisfies(
            raised -> {
              assertThat(raised.before()).as("the factor is known").isEqualTo(0.125);
              assertThat(raised.iteration())
                  .as("healthy for so long")
                  .isEqualTo(122 + HEALTHY_ITERATIONS);
            });
    assertThat(last(health).after()).isEqualTo(1);
    assertThat(net.getLearningRate(0)).isCloseTo(CONFIGURED_RATE, withPercentage(1e-10));
  }

  private static Intervention last(TrainingHealthListener health) {
    return health.interventions().get(health.interventions().size() - 1);
  }

  @Test
  void shouldTakeTheRateOfALoadedNetworkAsConfiguredWithoutASavedState() throws IOException {
    saved(new Adam(CONFIGURED_RATE));
    TrainingHealthListener health = builder.build();
    MultiLayerNetwork net = loaded(health);
    for (int i = 0; i < HEALTHY_ITERATIONS * 8; i++) {
      net.fit(batch(SAVED_AT_ITERATION + i));
    }
    assertThat(health.interventions()).isEmpty();
    assertThat(net.getLearningRate(0)).isCloseTo(CONFIGURED_RATE / 8, withPercentage(1e-10));
  }

  /** A spike in the first iteration shows that the usual range is known. */
  @Test
  void shouldKnowTheUsualLevels() throws IOException {
    builder.protecting();
    InjectedRun run = run(LearningNetwork.MLP, new Adam(CONFIGURED_RATE)).until(SAVED_AT_ITERATION);
    run.listener.save(file());
    run.net.save(folder.resolve("model.zip").toFile());
    DataSet spike = batch(SAVED_AT_ITERATION);
    spike.getFeatures().muli(1e4);

    TrainingHealthListener knows = builder.build();
    knows.restore(file());
    loaded(knows).fit(spike.copy());
    assertThat(knows.interventions()).isNotEmpty();
    TrainingHealthListener doesNot = builder.build();
    loaded(doesNot).fit(spike.copy());
    assertThat(doesNot.interventions()).isEmpty();
  }

  @Test
  void shouldContinueWithTheStateOfTheClippingRule() throws IOException {
    builder.clipping(GradientClipping.autoClip(50));
    InjectedRun run = run(LearningNetwork.MLP, new Adam(CONFIGURED_RATE)).until(SAVED_AT_ITERATION);
    run.listener.save(file());
    run.net.save(folder.resolve("model.zip").toFile());
    DataSet next = batch(SAVED_AT_ITERATION);
    next.getFeatures().muli(3);
    run.net.fit(next);
    assertThat(run.listener.interventions())
        .as("clips at this iteration")
        .anyMatch(i -> i.lastIteration() == SAVED_AT_ITERATION);

    TrainingHealthListener health = builder.build();
    health.restore(file());
    MultiLayerNetwork net = loaded(health);
    net.fit(next);
    assertThat(NetworkBits.of(net)).isEqualTo(NetworkBits.of(run.net));
  }

  @Test
  void shouldStartAsNewWithAnotherNetwork() throws IOException {
    saved(new Adam(CONFIGURED_RATE));
    TrainingHealthListener health = builder.build();
    health.restore(file());
    MultiLayerNetwork other = LearningNetwork.CNN.create(new Adam(CONFIGURED_RATE));
    other.setListeners(health);
    for (int i = 0; i < HEALTHY_ITERATIONS * 8; i++) {
      other.fit(LearningNetwork.CNN.batch(i));
    }
    assertThat(health.interventions()).isEmpty();
    assertThat(other.getLearningRate(0)).isEqualTo(CONFIGURED_RATE);
  }

  @Test
  void shouldSaveARestoredStateThatWasNotUsed() throws IOException {
    saved(new Adam(CONFIGURED_RATE));
    builder.protecting(ProtectionSettings.defaults());
    TrainingHealthListener health = builder.build();
    health.restore(file());
    MultiLayerNetwork net = loaded(health);
    net.fit(batch(SAVED_AT_ITERATION));
    health.save(file());
    assertThat(SavedState.read(file()).protection())
        .isNotNull()
        .satisfies(p -> assertThat(p.learningRateFactor()).isEqualTo(0.125));
  }

  @Test
  void shouldSaveAnObservedRun() throws IOException {
    InjectedRun run = run(LearningNetwork.MLP, new Adam(CONFIGURED_RATE)).until(50);
    run.listener.save(file());
    assertThat(SavedState.read(file()).protection()).isNull();
    builder.protecting();
    TrainingHealthListener health = builder.build();
    health.restore(file());
    MultiLayerNetwork net = LearningNetwork.MLP.create(new Adam(CONFIGURED_RATE));
    net.setListeners(health);
    net.fit(batch(0));
    assertThat(net.getLearningRate(0)).isEqualTo(CONFIGURED_RATE);
  }

  @Test
  void shouldRefuseIncompleteStates() throws IOException {
    builder.protecting();
    run(LearningNetwork.MLP, new Adam(CONFIGURED_RATE)).until(5).listener.save(file());
    byte[] whole = Files.readAllBytes(file());
    for (int length : new int[] {0, 3, 15, 16, 17, whole.length / 2, whole.length - 1}) {
      refused(Arrays.copyOf(whole, length));
    }
    for (int at : new int[] {0, 5, 9, 16, 20, whole.length / 2, whole.length - 1}) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      refused(damaged);
    }
    refused("just some text, and long enough".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Files.write(file(), whole);
    builder.build().restore(file()); // the whole file is read
  }

  private void refused(byte[] bytes) throws IOException {
    Files.write(file(), bytes);
    assertThatThrownBy(() -> builder.build().restore(file()))
        .as("%d bytes", bytes.length)
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("model.health");
  }

  @Test
  void shouldExplainAWrongCall() throws IOException {
    TrainingHealthListener health = builder.protecting().build();
    assertThatThrownBy(() -> health.save(file()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("seen no iteration");
    assertThatThrownBy(() -> health.restore(file())).isInstanceOf(NoSuchFileException.class);
    InjectedRun run =
        new InjectedRun(LearningNetwork.MLP, new Adam(CONFIGURED_RATE), health).until(1);
    health.save(file());
    assertThatThrownBy(() -> health.restore(file()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before the network is trained");
    health.close();
    assertThatThrownBy(() -> health.save(file())).isInstanceOf(IllegalStateException.class);
    assertThat(run.net.getIterationCount()).isEqualTo(1);
  }

  @Test
  @SuppressWarnings("NullAway") // that is the test
  void shouldRefuseNoFile() {
    TrainingHealthListener health = builder.protecting().build();
    new InjectedRun(LearningNetwork.MLP, new Adam(CONFIGURED_RATE), health).until(1);
    for (TrainingHealthListener listener : List.of(health, builder.build())) {
      assertThatThrownBy(
              () -> {
                if (listener == health) {
                  listener.save(null);
                } else {
                  listener.restore(null);
                }
              })
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("file must not be null");
    }
  }

  /** As when Spark sends a listener to its workers. */
  @Test
  void shouldProtectAfterSerialization() throws Exception {
    TrainingHealthListener original =
        builder
            .protecting(ProtectionSettings.builder().policy(StoppingPolicy.afterSkips(7)).build())
            .withoutStop()
            .clipping(GradientClipping.globalNorm(1e-3))
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
    }
    TrainingHealthListener sent;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      sent = (TrainingHealthListener) in.readObject();
    }
    assertThat(sent.interventions()).isEmpty();
    sent.setStorageRouter(new InMemoryStatsStorage());
    InjectedRun run =
        new InjectedRun(LearningNetwork.MLP, new Adam(CONFIGURED_RATE), sent).until(10);
    assertThat(sent.interventions())
        .singleElement()
        .satisfies(
            clipped -> {
              assertThat(clipped.times()).isEqualTo(10);
              assertThat(clipped.reason()).isEqualTo("Clipping rule: global norm.");
            });
    for (int i = 0; i < 20; i++) {
      DataSet broken = run.next();
      broken.getFeatures().assign(Float.NaN);
      run.net.fit(broken); // and is not stopped after seven
    }
    assertThat(sent.summary().interventions()).containsEntry(Kind.SKIP, 20L);
  }
}
