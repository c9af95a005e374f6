package dev.traininghealth.samples;

import dev.traininghealth.FailureBundle;
import dev.traininghealth.detect.Diagnosis;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Runs an iteration that failed again, from the file that a listener wrote when it did:
 *
 * <pre>{@code
 * net.addListeners(
 *     TrainingHealthListener.builder(storage).failureBundles(Path.of("failures")).build());
 * }</pre>
 *
 * <p>What to look at: the <b>rows</b> are those of the minibatch, {@code bundle.dataSet()}, so that
 * the data can be corrected where they are bad; and a change of the network, {@code
 * bundle.network()}, can be tried on just that minibatch.
 */
public final class ReplayFailure {
  static final Sample SAMPLE =
      new Sample(
          """
          Usage: ReplayFailure FILE
            FILE  an iteration-….zip that a listener with failureBundles(folder) wrote""",
          Set.of("FILE"),
          ReplayFailure::tell);

  private ReplayFailure() {}

  /** Runs the sample; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void tell(Arguments arguments, PrintStream console) throws Exception {
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
        console.println("Run again, nothing is found by the plugin's own detectors.");
      }
    } catch (IOException e) {
      throw Failure.of(String.valueOf(e.getMessage()));
    }
  }
}
