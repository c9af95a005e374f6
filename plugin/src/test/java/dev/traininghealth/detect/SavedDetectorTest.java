package dev.traininghealth.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.traininghealth.measure.NetworkLayout;
import java.io.Serial;
import java.io.Serializable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of users' detectors where the statistics of a run are saved and restored. */
final class SavedDetectorTest {
  private static final NetworkLayout LAYOUT = LayoutBuilder.classifier(3, "relu");

  /** Counts iterations and reports every tenth. */
  private static class Counting implements Detector, Serializable {
    @Serial private static final long serialVersionUID = 1L;

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
    public void onUpdate(History history, Findings findings) {
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
                .lasting(1));
      }
    }
  }

  /** Holds what cannot be serialised. */
  private static final class HoldingAnObject extends Counting {
    @Serial private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // that is the point
    private final Object held = new Object();

    HoldingAnObject() {
      super("holding");
      assertThat(held).isNotNull();
    }
  }

  /** Holds what can be serialised, but is not to be read from bytes of others. */
  private static final class HoldingAnAddress extends Counting {
    @Serial private static final long serialVersionUID = 1L;

    private final URI held = URI.create("http://localhost");

    HoldingAnAddress() {
      super("holding");
      assertThat(held).isNotNull();
    }
  }

  private static final class Unserialisable implements Detector {
    private final Counting counting = new Counting("own");

    @Override
    public String name() {
      return "own";
    }

    @Override
    public void onUpdate(History history, Findings findings) {
      counting.onUpdate(history, findings);
    }
  }

  private static byte[] statistics(SimulatedRun run) {
    return run.diagnoser().statistics();
  }

  /** What was counted when a diagnosis started. */
  private static List<Integer> counts(SimulatedRun run, String name) {
    return run.told().stream()
        .filter(d -> d.detector().equals(name) && !d.isOver())
        .map(d -> (int) d.observed())
        .toList();
  }

  private static SimulatedRun resumed(SimulatedRun run, Detector... detectors) {
    SimulatedRun resumed = new SimulatedRun(LAYOUT, detectors).startAfter(run);
    resumed.diagnoser().restore(statistics(run));
    return resumed;
  }

  @Test
  void shouldRefuseAForeignClassInTheStateOfADetector() {
    SimulatedRun run = new SimulatedRun(LAYOUT, new Counting("own")).run(15);
    String text = new String(statistics(run), StandardCharsets.ISO_8859_1);
    byte[] foreign =
        text.replace("java.util.ArrayDeque", "java.net.InetAddress")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] before = statistics(run);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> run.diagnoser().restore(foreign))
        .withMessageContaining("java.net.InetAddress")
        .withMessageContaining("not a class that statistics may hold");
    assertThat(statistics(run)).isEqualTo(before);
  }

  @Test
  void shouldRestoreAUsersDetectorThatCanBeSerialised() {
    SimulatedRun run = new SimulatedRun(LAYOUT, new Counting("own")).run(15);
    SimulatedRun resumed = resumed(run, new Counting("own")).run(15);
    assertThat(counts(resumed, "own")).containsExactly(20, 30);

    run.run(3);
    byte[] earlier = statistics(run);
    run.run(4);
    run.diagnoser().restore(earlier);
    run.run(4);
    assertThat(counts(run, "own")).containsExactly(10, 20, 20);
  }

  @Test
  void shouldLeaveAUsersDetectorThatCannotBeSerialisedAsItIs() {
    List<Detector> unserialisable = new ArrayList<>();
    unserialisable.add(new Unserialisable());
    unserialisable.add(new HoldingAnObject());
    unserialisable.add(new HoldingAnAddress());
    for (Detector detector : unserialisable) {
      SimulatedRun run = new SimulatedRun(LAYOUT, new Counting("other"), detector).run(15);
      byte[] earlier = statistics(run);
      run.run(3);
      run.diagnoser().restore(earlier);
      run.run(15);

      assertThat(counts(run, detector.name())).containsExactly(10, 20, 30);
      assertThat(counts(run, "other")).containsExactly(10, 20, 30);
      assertThat(run.told().stream().filter(d -> d.detector().equals("other")).toList())
          .extracting(Diagnosis::iteration)
          .contains(22L, 32L); // three iterations were taken back
    }
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
    assertThat(without.diagnoser().history().seen()).isEqualTo(15);

    SimulatedRun another = resumed(run, new Unserialisable()).run(10);
    assertThat(counts(another, "own")).containsExactly(10);
  }

  @Test
  void shouldLeaveADetectorThatWasNotSavedAsItIs() {
    SimulatedRun run = new SimulatedRun(LAYOUT, new NonFiniteDetector()).run(15);
    SimulatedRun resumed = resumed(run, new NonFiniteDetector(), new Counting("own")).run(10);

    assertThat(counts(resumed, "own")).containsExactly(10);
  }
}
