package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnoser;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Findings;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.measure.Measurement;
import dev.traininghealth.measure.NetworkLayout;
import java.io.Serial;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A detector of the user's, outside of the plugin's packages, whose state is of many types. */
class OwnDetectorStateTest {
  private enum Phase {
    EVEN,
    ODD
  }

  private record Seen(long iteration, List<Phase> phases) implements Serializable {}

  /** A superclass of the user's with state of its own. */
  private abstract static class Remembering implements Detector, Serializable {
    @Serial private static final long serialVersionUID = 1L;

    final HashMap<Long, Seen> seen = new HashMap<>();
    final AtomicInteger asked = new AtomicInteger();
  }

  private static final class RichDetector extends Remembering {
    @Serial private static final long serialVersionUID = 1L;

    private final EnumMap<Phase, Integer> phases = new EnumMap<>(Phase.class);
    private final TreeMap<String, Seen[]> byName = new TreeMap<>();
    private final ConcurrentHashMap<String, double[][]> numbers = new ConcurrentHashMap<>();
    private BigDecimal sum = BigDecimal.ZERO;
    private Duration duration = Duration.ZERO;

    @Override
    public String name() {
      return "rich";
    }

    @Override
    public void onUpdate(History history, Findings findings) {
      long iteration = history.seen();
      Phase phase = iteration % 2 == 0 ? Phase.EVEN : Phase.ODD;
      Seen now = new Seen(iteration, List.of(phase));
      seen.put(iteration, now);
      asked.incrementAndGet();
      phases.merge(phase, 1, Integer::sum);
      byName.put("n" + iteration, new Seen[] {now, now});
      numbers.put("n" + iteration, new double[][] {{1}, {}});
      sum = sum.add(BigDecimal.ONE);
      duration = duration.plusSeconds(1);
      String state =
          List.of(seen.size(), byName.size(), numbers.size(), phases, sum, duration, asked)
              .toString();
      findings.report(
          Finding.of(new Problem("rich"), Severity.INFO, 1, Comparison.EQUAL, 1, () -> state)
              .lasting(1));
    }
  }

  private final List<Diagnosis> told = new ArrayList<>();

  private Diagnoser diagnoser(Measurement measurement) {
    return new Diagnoser(
        new NetworkLayout("MultiLayerNetwork", List.of(), List.of()),
        measurement,
        1e-6,
        List.of(new RichDetector()),
        told::add);
  }

  private static void iterate(Diagnoser diagnoser, Measurement measurement) {
    measurement.iteration += 10; // so that each finding starts a diagnosis
    measurement.score = 1;
    diagnoser.gradient(null);
    diagnoser.update(null);
  }

  @Test
  void shouldBeRestoredWithItsOwnTypesAndThoseOfTheJdk() {
    Measurement measurement = new Measurement(0, 0);
    Diagnoser run = diagnoser(measurement);
    for (int i = 0; i < 5; i++) {
      iterate(run, measurement);
    }
    Measurement another = new Measurement(0, 0);
    Diagnoser resumed = diagnoser(another);
    resumed.restore(run.statistics());
    told.clear();
    iterate(resumed, another);

    assertThat(told.get(0).sentence()).isEqualTo("[6, 6, 6, {EVEN=3, ODD=3}, 6, PT6S, 6]");
  }
}
