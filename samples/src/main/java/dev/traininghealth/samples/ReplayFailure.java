package dev.traininghealth.samples;

import dev.traininghealth.FailureBundle;
import dev.traininghealth.detect.Diagnosis;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Runs a failed iteration again, from the bundle that a listener wrote when it failed:
 *
 * <pre>{@code
 * net.addListeners(
 * TrainingHealthListener.builder(storage).failureBundles(Path.of("failures")).build());
 * }</pre>
 *
 * <p>What to look at: the <b>rows</b> are indices of {@code bundle.dataSet()}, so that wrong data
 * can be corrected. A change of {@code bundle.network()} can be tested on this minibatch.
 */
public final class ReplayFailure {
  static final Sample SAMPLE =
      new Sample(
          """
          Usage: ReplayFailure FILE
            FILE  an iteration-….zip that a listener with failureBundles(folder) wrote""",
          Set.of("FILE"),
          ReplayFailure::run);

  private ReplayFailure() {}

  /** Runs the sample; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    String file = arguments.operand();
    if (file == null) {
      throw Failure.ofCall("FILE is missing");
    }
    try {
      FailureBundle bundle = FailureBundle.open(Path.of(file));
      console.println("Iteration " + bundle.iteration() + " of epoch " + bundle.epoch());
      console.println("Found then:  " + bundle.diagnosis().replace("\n", "\n             "));
      List<Diagnosis> again = bundle.replay();
      for (Diagnosis diagnosis : again) {
        console.println("Found again: " + diagnosis.sentence());
        diagnosis.remedies().forEach(remedy -> console.println("  Remedy: " + remedy.advice()));
      }
      if (again.isEmpty()) {
        console.println("Run again, the plugin's own detectors report nothing.");
      }
    } catch (IOException e) {
      throw Failure.of(String.valueOf(e.getMessage()));
    }
  }
}
