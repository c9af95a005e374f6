package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What becomes of users' detectors where the statistics of a run are saved and restored. */
final class SavedDetectorTest {
  private static final NetworkLayout LAYOUT = LayoutBuilder.classifier(3, "relu");

  /** Counts iterations and reports every tenth. */
  private static class Counting implements Detector, Restorable {
    private final String name;
    private int count;
    private final ArrayDeque<Integer> latest = new ArrayDeque<>();

    Counting(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      count++;
      latest.add(count);
      if (latest.size() == 10) {
        latest.clear();
        int now = count;
        findings.report(
            Finding.of(
                    new Problem("counted"),
                    Severity.INFO,
                    now,
                    Comparison.EQUAL,
                    now,
                    () -> "Counted.")
                .expiresAfter(1));
      }
    }

    @Override
    public void save(SavedNumbers to) {
      to.put("count", count).put("latest", latest.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public void restore(SavedNumbers from) {
      count = from.getInt("count", 0, Integer.MAX_VALUE);
      latest.clear();
      Arrays.stream(from.getInts("latest")).forEach(latest::add);
    }
  }

  /** Fails, as a user's may. */
  private static final class Failing extends Counting {
    private final Error failure;
    private final boolean atSave;

    Failing(Error failure, boolean atSave) {
      super("failing");
      this.failure = failure;
      this.atSave = atSave;
    }

    @Override
    public void save(SavedNumbers to) {
      super.save(to);
      if (atSave) {
        throw failure;
      }
    }

    @Override
    public void restore(SavedNumbers from) {
      boolean first = from.getLong("count") < 18;
      super.restore(from);
      if (first) {
        throw failure; // when half of it is done
      }
    }
  }

  /** Counts, and saves nothing. */
  private static final class Unsaved implements Detector {
    private final Counting counting = new Counting("own");

    @Override
    public String name() {
      return "own";
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      counting.onUpdate(history, findings);
    }
  }

  /** Fails as it is saved, by something that no catch of exceptions and errors would find. */
  private static final class Unsavable implements Detector, Restorable {
    private int asked;

    @Override
    public String name() {
      return "unsavable";
    }

    @Override
    public void save(SavedNumbers to) {
      asked++;
      Unsavable.<RuntimeException>sneak(new Throwable("deliberate", new InterruptedException()));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
      throw (E) thrown;
    }

    @Override
    public void restore(SavedNumbers from) {}
  }

  private static SavedNumbers statistics(SimulatedRun run) {
    return run.diagnoser().statistics();
  }

  /** What was counted when a diagnosis started. */
  private static List<Integer> counts(SimulatedRun run, String name) {
    return run.reported().stream()
        .filter(d -> d.detector().equals(name) && !d.isResolved())
        .map(d -> (int) d.observed())
        .toList();
  }

  private static SimulatedRun resumed(SimulatedRun run, Detector... detectors) {
    SimulatedRun resumed = new SimulatedRun(LAYOUT, detectors).startAfter(run);
    resumed.diagnoser().restore(statistics(run));
    return resumed;
  }

  @Test
  void shouldRestoreAUsersDetector() {
    SimulatedRun run = new SimulatedRun(LAYOUT, new Counting("own")).run(15);
    SimulatedRun resumed = resumed(run, new Counting("own")).run(15);
    assertThat(counts(resumed, "own")).containsExactly(20, 30);

    run.run(3);
    SavedNumbers earlier = statistics(run);
    run.run(4);
    run.diagnoser().restore(earlier);
    run.run(4);
    assertThat(counts(run, "own")).containsExactly(10, 20, 20);
  }

  @Test
  void shouldLeaveAUsersDetectorThatCannotBeRestoredAsItIs() {
    List<Detector> unrestorable = new ArrayList<>();
    unrestorable.add(new Unsaved());
    for (boolean atSave : new boolean[] {true, false}) {
      unrestorable.add(new Failing(new AssertionError("deliberate"), atSave));
      unrestorable.add(new Failing(new StackOverflowError(), atSave));
    }
    for (Detector detector : unrestorable) {
      SimulatedRun run = new SimulatedRun(LAYOUT, new Counting("other"), detector).run(15);
      SavedNumbers earlier = statistics(run);
      run.run(3);
      run.diagnoser().restore(earlier);
      run.run(15);

      assertThat(counts(run, detector.name())).containsExactly(10, 20, 30);
      assertThat(counts(run, "other")).containsExactly(10, 20, 30);
      assertThat(run.reported().stream().filter(d -> d.detector().equals("other")).toList())
          .extracting(Diagnosis::iteration)
          .contains(22L, 32L); // three iterations were taken back
    }
  }

  @Test
  void shouldNotSaveAUsersDetectorAgainWhereThatHasFailed() {
    Logger logger = (Logger) LoggerFactory.getLogger(Guard.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    Unsavable unsavable = new Unsavable();
    SimulatedRun run = new SimulatedRun(LAYOUT, new Counting("other"), unsavable).run(15);
    SavedNumbers statistics;
    try {
      statistics(run);
      statistics = statistics(run);
    } finally {
      logger.detachAppender(logged);
    }

    assertThat(Thread.interrupted()).as("the interrupt that was swallowed").isTrue();
    assertThat(unsavable.asked).isEqualTo(1);
    assertThat(statistics.getSection("detectors").names()).containsExactly("other");
    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "Saving the state of detector unsavable failed (java.lang.Throwable: deliberate) and is"
                + " switched off: the statistics of the run omit it. Training continues.");
  }

  @Test
  void shouldGiveEachOfTheSameNameItsOwnState() {
    Counting first = new Counting("twin");
    new SimulatedRun(LAYOUT, first).run(5);
    SimulatedRun both = new SimulatedRun(LAYOUT, first, new Counting("twin")).run(2);
    SimulatedRun resumed = resumed(both, new Counting("twin"), new Counting("twin")).run(8);

    assertThat(counts(resumed, "twin")).containsExactly(10, 10);
    assertThat(resumed.latest()).extracting(Diagnosis::iteration).containsExactly(4L, 9L);
  }

  @Test
  void shouldLeaveOutADetectorThatIsSwitchedOffOrAnother() {
    SimulatedRun run =
        new SimulatedRun(
                LAYOUT, new Counting("own"), new NonFiniteDetector(), new DivergingScoreDetector())
            .run(15);
    SimulatedRun without = resumed(run, new DivergingScoreDetector());
    assertThat(without.diagnoser().history().iterationsSeen()).isEqualTo(15);

    SimulatedRun another = resumed(run, new Unsaved()).run(10);
    assertThat(counts(another, "own")).containsExactly(10);
  }

  @Test
  void shouldLeaveADetectorThatWasNotSavedAsItIs() {
    SimulatedRun run = new SimulatedRun(LAYOUT, new NonFiniteDetector()).run(15);
    SimulatedRun resumed = resumed(run, new NonFiniteDetector(), new Counting("own")).run(10);

    assertThat(counts(resumed, "own")).containsExactly(10);
  }
}
