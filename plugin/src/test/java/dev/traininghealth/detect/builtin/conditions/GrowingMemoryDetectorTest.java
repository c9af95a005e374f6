package dev.traininghealth.detect.builtin.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

final class GrowingMemoryDetectorTest {
  private static final double MB = 1 << 20;
  private static final int INTERVAL = 10;

  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new GrowingMemoryDetector());
  private final Random random = new Random(4);

  /** Memory in use after a collection: what is kept, and a rest that varies. */
  private SimulatedRun heap(int iterations, LongToDoubleFunction keptMegabytes) {
    return run.run(
        iterations,
        (m, i) -> {
          run.readsJvm = i % INTERVAL == 0;
          m.conditions.maxHeapBytes = 1000 * MB;
          m.conditions.heapBytes = (keptMegabytes.applyAsDouble(i) + 40 * random.nextDouble()) * MB;
        });
  }

  @Test
  void shouldFindAHeapThatGrowsWithTheIterations() {
    heap(4_000, i -> 100 + i / 10.0);

    assertThat(run.latest())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.problem()).isEqualTo(Problem.GROWING_MEMORY);
              assertThat(d.severity()).isEqualTo(Severity.INFO);
              assertThat(d.isResolved()).isFalse();
              assertThat(d.message().english())
                  .startsWith("The Java heap in use after garbage collection has grown from")
                  .contains("of at most 1000 MB");
              assertThat(d.remedies().get(0).advice()).contains("InMemoryStatsStorage");
            });
  }

  @Test
  void shouldWarnNearTheLimit() {
    heap(9_000, i -> 100 + i / 10.0);

    assertThat(run.alarms()).containsExactly("other WARNING");
  }

  @Test
  void shouldFindMemoryOutsideOfTheHeap() {
    run.run(
        3_000,
        (m, i) -> {
          run.readsJvm = i % INTERVAL == 0;
          m.conditions.minNativeBytes = (200 + i / 5.0) * MB;
          m.conditions.maxNativeBytes = m.conditions.minNativeBytes + 50 * MB;
          m.conditions.nativeLimitBytes = 2000 * MB;
        });

    assertThat(run.latest())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.severity()).isEqualTo(Severity.INFO);
              assertThat(d.message().english()).startsWith("Memory outside of the Java heap has");
            });
  }

  /** A cache is filled, then nothing is kept any more. */
  @Test
  void shouldEndWhenItNoLongerGrows() {
    heap(1_500, i -> 100 + i / 5.0);
    heap(6_000, i -> 400);

    assertThat(run.latest()).isNotEmpty().allMatch(Diagnosis::isResolved);
  }

  @Test
  void shouldLeaveHealthyMemoryAlone() {
    heap(500, i -> Math.min(300, 2.0 * i)); // caches and workspaces at the start
    heap(20_000, i -> 300 + 5 * Math.log((double) i)); // what grows with the logarithm
    heap(5_000, i -> 340 + 100.0 * ((i / 1000) % 2)); // up and down

    assertThat(run.reported()).isEmpty();
  }

  /** The system gives memory for the heap only when it is used. */
  @Test
  void shouldNotTakeTheHeapForWhatIsOutsideOfIt() {
    run.run(
        4_000,
        (m, i) -> {
          run.readsJvm = i % INTERVAL == 0;
          double used = Math.min(1000, 50 + i / 4.0);
          double process = 300 + used;
          m.conditions.minNativeBytes = Math.max(0, process - 1000) * MB; // all is committed
          m.conditions.maxNativeBytes = (process - used) * MB;
          m.conditions.nativeLimitBytes = 1500 * MB;
        });

    assertThat(run.reported()).isEmpty();
  }
}
