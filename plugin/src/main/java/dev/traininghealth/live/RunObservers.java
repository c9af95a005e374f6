package dev.traininghealth.live;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The receivers of what a listener's runs find and do. None of them is serialized.
 *
 * @param onDiagnosis the user's callback for diagnoses, or null
 * @param onIntervention the user's callback for interventions, or null
 * @param live counts them, and knows the open runs
 * @hidden
 */
public record RunObservers(
    @Nullable Consumer<Diagnosis> onDiagnosis,
    @Nullable Consumer<Intervention> onIntervention,
    LiveRuns live) {
  /** Checks that the counter is given. */
  public RunObservers {
    Objects.requireNonNull(live, "live");
  }

  /** {@return observers without callbacks, as of a listener that was sent to another program} */
  public static RunObservers withoutCallbacks() {
    return new RunObservers(null, null, new LiveRuns());
  }
}
