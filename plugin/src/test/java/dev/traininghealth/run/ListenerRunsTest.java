package dev.traininghealth.run;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.LearningNetwork;
import dev.traininghealth.NetworkBits;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** The assignment of calls to runs. */
class ListenerRunsTest {
  private static final LearningNetwork KIND = LearningNetwork.MLP;

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final TrainingHealthListener health = listener().build();

  @TempDir Path folder;

  private TrainingHealthListenerBuilder listener() {
    return TrainingHealthListener.builder(storage).sessionId("s");
  }

  @AfterEach
  void close() {
    health.close();
  }

  private MultiLayerNetwork network(LearningNetwork kind) {
    MultiLayerNetwork net = kind.create(new Adam(1e-3));
    net.setListeners(health);
    return net;
  }

  private static void train(MultiLayerNetwork net, int iterations) {
    for (int i = 0; i < iterations; i++) {
      net.fit(KIND.batch(net.getIterationCount()));
    }
  }

  private List<String> sessions() {
    return health.runs().stream().map(TrainingRun::sessionId).toList();
  }

  private long iterations(String session) {
    return health.runs().stream()
        .filter(run -> run.sessionId().equals(session))
        .mapToLong(run -> run.summary().iterations())
        .sum();
  }

  @Test
  @SuppressWarnings("overrides") // varargs of DL4J itself
  void shouldIgnoreANetworkThatDoesNotReturnItsParameters() {
    MultiLayerNetwork odd =
        new MultiLayerNetwork(KIND.create(new Adam(1e-3)).getLayerWiseConfigurations()) {
          private static final long serialVersionUID = 1L;

          @Override
          public INDArray params() {
            throw new IllegalStateException("not now");
          }
        };

    assertThatCode(() -> health.onBackwardPass(odd)).doesNotThrowAnyException();
    assertThat(health.runs()).isEmpty();
    train(network(KIND), 3);
    assertThat(iterations("s")).as("another network is observed").isEqualTo(3);
  }

  @Test
  void shouldStartARunForANetworkThatWasLoaded() throws IOException {
    MultiLayerNetwork net = network(KIND);
    train(net, 2);
    Path file = folder.resolve("model.zip");
    net.save(file.toFile());
    MultiLayerNetwork loaded = MultiLayerNetwork.load(file.toFile(), true);
    train(loaded, 2);
    assertThat(sessions()).as("loaded without listeners").containsExactly("s");

    loaded.setListeners(health);
    train(loaded, 2);
    assertThat(sessions()).containsExactly("s", "s-run2");
  }

  @Test
  void shouldStartARunForANetworkMadeOfAnother() {
    MultiLayerNetwork net = network(KIND);
    train(net, 2);
    MultiLayerNetwork tuned = new TransferLearning.Builder(net).setFeatureExtractor(0).build();
    tuned.setListeners(health);
    train(tuned, 2);
    assertThat(sessions()).containsExactly("s", "s-run2");
    assertThat(health.diagnoses()).isEmpty();
  }

  @Test
  void shouldContinueIfInitDoesNothing() {
    MultiLayerNetwork net = network(KIND);
    train(net, 2);
    net.init();
    train(net, 2);
    assertThat(sessions()).containsExactly("s");
    assertThat(health.summary().iterations()).isEqualTo(4);
  }

  @Test
  void shouldStartARunForOtherArraysOfTheSameObject() throws ReflectiveOperationException {
    MultiLayerNetwork net = network(KIND);
    train(net, 2);
    set(net, "initCalled", false);
    set(net, "flattenedGradients", null);
    set(net, "solver", null);
    set(net, "layers", null);
    net.init();
    train(net, 2);
    assertThat(sessions()).containsExactly("s", "s-run2");
  }

  private static void set(Object object, String name, @Nullable Object value)
      throws ReflectiveOperationException {
    Field field = MultiLayerNetwork.class.getDeclaredField(name);
    field.setAccessible(true);
    field.set(object, value);
  }

  @Test
  void shouldContinueWithTheSameNetworkAfterClosing() {
    MultiLayerNetwork net = network(KIND);
    train(net, 2);
    health.close();
    assertThat(health.summary().iterations()).isEqualTo(2);
    train(net, 3);
    assertThat(sessions()).containsExactly("s", "s");
    assertThat(health.summary().iterations()).isEqualTo(3);
  }

  /** As with the two networks of a GAN, or the best ones of a grid search. */
  @Test
  void shouldKeepARunForEachOfTwoNetworksThatAreTrainedInTurns() {
    MultiLayerNetwork one = network(KIND);
    MultiLayerNetwork two = network(KIND);
    for (int i = 0; i < 10; i++) {
      train(one, 1);
      train(two, 1);
    }
    assertThat(sessions()).as("the first was ended once").containsExactly("s", "s", "s-run2");
    assertThat(iterations("s")).isEqualTo(10);
    assertThat(iterations("s-run2")).isEqualTo(10);
    health.close();
    assertThat(health.runs()).hasSize(3).allMatch(TrainingRun::ended);
  }

  @Test
  void shouldKeepApartTwoNetworksThatAreTrainedByTwoThreads() throws InterruptedException {
    int iterations = 40;
    List<MultiLayerNetwork> networks = List.of(network(KIND), network(LearningNetwork.CNN));
    List<LearningNetwork> kinds = List.of(KIND, LearningNetwork.CNN);
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      MultiLayerNetwork net = networks.get(t);
      List<DataSet> data =
          Stream.iterate(0, i -> i + 1).limit(iterations).map(kinds.get(t)::batch).toList();
      Thread thread = new Thread(() -> data.forEach(net::fit));
      thread.setUncaughtExceptionHandler((which, e) -> failures.add(e));
      threads.add(thread);
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(failures).isEmpty();
    assertThat(iterations("s") + iterations("s-run2")).isEqualTo(2L * iterations);
    assertThat(iterations("s")).isEqualTo(iterations);
    for (int t = 0; t < 2; t++) {
      MultiLayerNetwork alone = kinds.get(t).create(new Adam(1e-3));
      for (int i = 0; i < iterations; i++) {
        alone.fit(kinds.get(t).batch(i));
      }
      assertThat(NetworkBits.of(networks.get(t))).isEqualTo(NetworkBits.of(alone));
    }
  }

  /** The run is ended from another thread just when its network is trained again. */
  @Test
  void shouldLoseNoIterationWhileAnotherThreadEndsTheRun() throws InterruptedException {
    AtomicReference<Thread> training = new AtomicReference<>();
    CountDownLatch ending = new CountDownLatch(1);
    CountDownLatch gradient = new CountDownLatch(1);
    try (TrainingHealthListener slow =
        listener().detector(() -> new SlowlySaved(training, ending, gradient)).build()) {
      MultiLayerNetwork one = KIND.create(new Adam(1e-3));
      MultiLayerNetwork two = KIND.create(new Adam(1e-3));
      one.setListeners(slow);
      two.setListeners(slow);
      train(one, 1);
      training.set(Thread.currentThread());
      Thread other = new Thread(() -> train(two, 1));
      one.addListeners(
          new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model model) {
              gradient.countDown();
              assertThatCode(other::join).doesNotThrowAnyException();
            }
          });
      other.start();
      ending.await();
      train(one, 1);
      assertThat(slow.runs().stream().mapToLong(run -> run.summary().iterations()).sum())
          .isEqualTo(3);
      assertThat(slow.runs().stream().collect(groupingBy(TrainingRun::sessionId, counting())))
          .as("the run was ended once")
          .isEqualTo(Map.of("s", 2L, "s-run2", 1L));
    }
  }

  /** Saving waits until the training thread has called, or waits itself. */
  private record SlowlySaved(
      AtomicReference<Thread> training, CountDownLatch saving, CountDownLatch gradient)
      implements Detector, Restorable {
    @Override
    public String name() {
      return "slowly-saved";
    }

    @Override
    public void save(SavedNumbers to) {
      Thread waiting = training.get();
      if (waiting == null || waiting == Thread.currentThread()) {
        return;
      }
      saving.countDown();
      while (gradient.getCount() > 0 && waiting.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void restore(SavedNumbers from) {}
  }

  @Test
  void shouldLimitTheRunsThatStayOpen() {
    List<MultiLayerNetwork> networks =
        Stream.generate(() -> network(KIND)).limit(ListenerRuns.MAX_OPEN + 2).toList();
    for (int round = 0; round < 3; round++) {
      networks.forEach(net -> train(net, 1));
    }
    assertThat(health.runs().stream().filter(run -> !run.ended()))
        .hasSizeLessThanOrEqualTo(ListenerRuns.MAX_OPEN);
    for (int n = 1; n <= networks.size(); n++) {
      assertThat(iterations(n == 1 ? "s" : "s-run" + n)).isEqualTo(3);
    }
  }

  @Test
  void shouldScoreTheValidationDataOnlyWithTheTrainedNetwork() {
    int[] scored = {0};
    ExistingDataSetIterator data =
        new ExistingDataSetIterator(List.of(KIND.batch(77))) {
          private static final long serialVersionUID = 1L;

          @Override
          public DataSet next() {
            scored[0]++;
            return super.next();
          }

          @Override
          public boolean asyncSupported() {
            return false;
          }
        };
    TrainingHealthListener validating = listener().validationData(data).build();
    MultiLayerNetwork net = KIND.create(new Adam(1e-3));
    net.setListeners(validating);
    train(net, 2);
    MultiLayerNetwork other = KIND.create(new Adam(1e-3));
    validating.onEpochEnd(other);
    validating.recordValidationScore(other, 1);
    assertThat(scored[0]).isZero();
    assertThat(validating.runs()).hasSize(1);
    validating.onEpochEnd(net);
    assertThat(scored[0]).isEqualTo(1);
    validating.close();
  }

  @Test
  void shouldContinueUnderTheSameSessionAfterRestore() throws IOException {
    MultiLayerNetwork net = network(KIND);
    train(net, 5);
    Path state = folder.resolve("model.health");
    health.save(state);
    assertThatThrownBy(() -> health.restore(state))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("close()");
    health.close();
    Path file = folder.resolve("model.zip");
    net.save(file.toFile());

    health.restore(state);
    MultiLayerNetwork loaded = MultiLayerNetwork.load(file.toFile(), true);
    loaded.setListeners(health);
    train(loaded, 2);
    assertThat(sessions()).containsExactly("s", "s");
    train(network(KIND), 1);
    assertThat(sessions()).containsExactly("s", "s", "s-run2");
  }

  @Test
  void shouldCountRunsFromOneUnderNewIds() {
    train(network(KIND), 1);
    health.setSessionID("t");
    train(network(KIND), 1);
    train(network(KIND), 1);
    assertThat(sessions()).containsExactly("s", "t", "t-run2");
    assertThat(health.getSessionID()).isEqualTo("t");
  }

  @Test
  void shouldListABoundedNumberOfRuns() {
    for (int i = 0; i < ListenerRuns.MAX_LISTED + 5; i++) {
      train(network(KIND), 1);
    }
    assertThat(health.runs()).hasSize(ListenerRuns.MAX_LISTED + 1);
    assertThat(sessions()).endsWith("s-run" + (ListenerRuns.MAX_LISTED + 5));
  }
}
