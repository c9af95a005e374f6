package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** The user's detectors and callbacks for diagnoses, and switching off detectors. */
class UserDetectorTest {
  private static final Problem PROBLEM = new Problem("odd");

  private final TrainingHealthListenerBuilder builder =
      TrainingHealthListener.builder(new InMemoryStatsStorage());

  /** Records its calls, and reports a finding in iterations 5 to 7. */
  private static final class OddDetector implements Detector {
    private final List<String> calls;

    OddDetector(List<String> calls) {
      this.calls = calls;
    }

    @Override
    public String name() {
      return "odd";
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      calls.add("gradient " + history.current().iteration());
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      long iteration = history.current().iteration();
      calls.add("update " + iteration);
      if (iteration >= 5 && iteration <= 7) {
        findings.report(
            Finding.of(PROBLEM, Severity.WARNING, 1, Comparison.ABOVE, 0, () -> "An odd thing.")
                .at(1, 3)
                .expiresAfter(2));
      }
    }
  }

  /** Adds a diagnosis of the user's detector; others do not matter here. */
  private static void report(List<Diagnosis> reported, Diagnosis diagnosis) {
    if (diagnosis.problem().equals(PROBLEM)) {
      reported.add(diagnosis);
    }
  }

  private InjectedRun run() {
    return new InjectedRun(LearningNetwork.MLP, new Sgd(0.05), builder);
  }

  @Test
  void shouldCallTheUsersDetectorAtBothMomentsOfEachIteration() {
    List<String> calls = new ArrayList<>();
    builder.detector(() -> new OddDetector(calls));
    InjectedRun run = run().until(20);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      expected.add("gradient " + i);
      expected.add("update " + i);
    }
    assertThat(calls).isEqualTo(expected);
    assertThat(run.alarms(ProblemFamily.OTHER))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.detector()).isEqualTo("odd");
              assertThat(d.problem()).isEqualTo(PROBLEM);
              assertThat(d.iteration()).isEqualTo(5);
              assertThat(d.endIteration()).isEqualTo(10);
              assertThat(d.layer()).isEqualTo(1);
              assertThat(d.parameterKey()).isEqualTo("1_b");
              assertThat(d.sentence()).isEqualTo("An odd thing.");
            });
  }

  @Test
  void shouldNotCallADetectorAgainThatHasFailed() {
    List<Long> asked = new ArrayList<>();
    builder.detector(
        () ->
            new Detector() {
              @Override
              public String name() {
                return "broken";
              }

              @Override
              public void onUpdate(History history, FindingReporter findings) {
                asked.add(history.current().iteration());
                throw new IllegalStateException("broken");
              }
            });
    InjectedRun run = run();
    assertThatCode(() -> run.until(20)).doesNotThrowAnyException();
    assertThat(asked).containsExactly(0L);
    run.net.fit(poisoned(run));
    assertThat(run.alarms(ProblemFamily.NON_FINITE)).as("what the others find").hasSize(1);
  }

  private static DataSet poisoned(InjectedRun run) {
    DataSet batch = run.next();
    batch.getFeatures().putScalar(0, Float.NaN);
    return batch;
  }

  @Test
  void shouldNotCallADetectorThatIsSwitchedOff() {
    InjectedRun with = run();
    with.net.fit(poisoned(with));
    assertThat(with.alarms(ProblemFamily.NON_FINITE)).isNotEmpty();
    builder.withoutDetector("non-finite");
    InjectedRun without = run();
    without.net.fit(poisoned(without));
    assertThat(without.alarms(ProblemFamily.NON_FINITE)).isEmpty();
  }

  @Test
  void shouldSwitchOffAUserDetector() {
    List<String> calls = new ArrayList<>();
    builder.detector(() -> new OddDetector(calls)).withoutDetector("odd");
    run().until(6);
    assertThat(calls).isEmpty();
  }

  @Test
  void shouldNameTheDetectorsWhenAnUnknownOneIsDisabled() {
    builder.withoutDetector("dead-rely");
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"dead-rely\"")
        .hasMessageContaining("dead-relu")
        .hasMessageContaining("non-finite");
  }

  @Test
  @SuppressWarnings("NullAway") // what callers without a null checker do
  void shouldRefuseAFactoryThatMakesNoDetector() {
    assertThatThrownBy(() -> builder.detector(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("factory must not be null");
    builder.detector(() -> null);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must create a detector");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1e-6, 0.02, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldNameARateOfFalseAlarmsThatIsNone(double rate) {
    builder.falseAlarmRate(rate);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("falseAlarmRate must be above 0 and at most 0.01")
        .hasMessageContaining("was " + rate);
  }

  @Test
  void shouldCallBackWhenADiagnosisStartsAndWhenItEndsOnAnotherThread() {
    List<Diagnosis> reported = new CopyOnWriteArrayList<>();
    List<Thread> threads = new CopyOnWriteArrayList<>();
    builder
        .detector(() -> new OddDetector(new ArrayList<>()))
        .onDiagnosis(
            d -> {
              report(reported, d);
              threads.add(Thread.currentThread());
            });
    InjectedRun run = run().until(8);
    run.listener.flush();
    assertThat(reported)
        .singleElement()
        .matches(d -> !d.isResolved())
        .isEqualTo(run.alarms(ProblemFamily.OTHER).get(0));
    run.until(20);
    run.listener.flush();
    assertThat(reported).hasSize(2);
    assertThat(reported.get(1)).isEqualTo(run.alarms(ProblemFamily.OTHER).get(0));
    assertThat(reported.get(1).endIteration()).isEqualTo(10);
    assertThat(reported.get(1).id()).isEqualTo(reported.get(0).id());
    assertThat(threads).doesNotContain(Thread.currentThread()).allMatch(Thread::isDaemon);
  }

  @Test
  void shouldTrainOnAndReportTheRestWhenACallbackFails() {
    List<Diagnosis> reported = new CopyOnWriteArrayList<>();
    builder
        .detector(() -> new OddDetector(new ArrayList<>()))
        .onDiagnosis(
            d -> {
              report(reported, d);
              throw new IllegalStateException("no mail server");
            });
    InjectedRun run = run();
    assertThatCode(() -> run.until(20)).doesNotThrowAnyException();
    run.listener.flush();
    assertThat(reported).extracting(Diagnosis::isResolved).containsExactly(false, true);
  }

  @Test
  @Timeout(60)
  void shouldNotWaitForACallbackThatBlocks() throws InterruptedException {
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    List<Diagnosis> reported = new CopyOnWriteArrayList<>();
    builder
        .detector(() -> new OddDetector(new ArrayList<>()))
        .onDiagnosis(
            d -> {
              called.countDown();
              await(released);
              report(reported, d);
            });
    InjectedRun run = run().until(20);
    called.await();
    assertThat(reported).isEmpty();
    assertThat(run.alarms(ProblemFamily.OTHER)).singleElement().matches(Diagnosis::isResolved);
    released.countDown();
    run.listener.close();
    assertThat(reported).extracting(Diagnosis::isResolved).containsExactly(false, true);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
