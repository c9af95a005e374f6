package dev.traininghealth.parity;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Records the origin of each non-finite value, of all workers. */
final class Origins {
  /**
   * An origin.
   *
   * @param layer the name of its layer, or empty
   * @param parameter the key of its parameter, or empty
   */
  record Found(long iteration, NonFiniteOrigin origin, String layer, String parameter) {}

  final List<Found> found = Collections.synchronizedList(new ArrayList<>());

  Detector detector() {
    return new Recording();
  }

  private final class Recording implements Detector {
    @Override
    public String name() {
      return "recording-origins";
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      record(history);
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      record(history);
    }

    private void record(History history) {
      NonFiniteOrigin o = history.origin();
      if (o != null) {
        found.add(
            new Found(
                history.current().iteration(),
                o,
                o.layer() < 0 ? "" : history.layout().layers().get(o.layer()).name(),
                o.parameter() < 0 ? "" : history.layout().parameters().get(o.parameter()).key()));
      }
    }
  }
}
