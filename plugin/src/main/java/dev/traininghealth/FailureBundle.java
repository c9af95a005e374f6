package dev.traininghealth;

import dev.traininghealth.bundle.BundleReader;
import dev.traininghealth.detect.DetectorFactory;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.core.storage.impl.CollectionStatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.Solver;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A file with everything needed to run a failing iteration again, in another program or on another
 * machine. It holds the minibatch with its masks, the network before the step with its updater
 * state, the state carried by truncated backpropagation, and the random generator's state. A
 * listener with {@link TrainingHealthListenerBuilder#failureBundles(Path)} writes one file when a
 * value is non-finite.
 *
 * <pre>{@code
 * FailureBundle bundle = FailureBundle.open(Path.of("failures/iteration-000123.zip"));
 * bundle.replay().forEach(d -> System.out.println(d.sentence()));
 * }</pre>
 *
 * <p>The file is a zip of {@code bundle.properties} (readable text), {@code model.zip} as DL4J's
 * {@code ModelSerializer} writes it, and arrays for {@code numpy.load}. It contains the minibatch's
 * data unchanged: consider its confidentiality before you share the file.
 */
public final class FailureBundle {
  private final BundleReader reader;

  private FailureBundle(BundleReader reader) {
    this.reader = reader;
  }

  /**
   * Opens a bundle. Data and network are read only when a method needs them.
   *
   * @param file a file that a listener wrote
   * @return the bundle
   * @throws IOException if the file does not exist, is not a bundle, or has a newer version; the
   *     message says what to do
   */
  public static FailureBundle open(Path file) throws IOException {
    return new FailureBundle(BundleReader.open(file));
  }

  /**
   * {@return the iteration that failed, as DL4J counts it, from 0}
   *
   * @throws IOException if the file is damaged
   */
  public long iteration() throws IOException {
    return reader.integer("iteration", 0); // DL4J counts in an int
  }

  /**
   * {@return the epoch of the failed iteration, as DL4J counts it, from 0}
   *
   * @throws IOException if the file is damaged
   */
  public int epoch() throws IOException {
    return reader.integer("epoch", 0);
  }

  /** {@return the sentences of the diagnoses, one per line} */
  public String diagnosis() {
    StringBuilder text = new StringBuilder();
    String sentence = reader.textOrNull("diagnosis.0.sentence");
    for (int i = 1; sentence != null; i++) {
      text.append(text.isEmpty() ? "" : "\n").append(sentence);
      sentence = reader.textOrNull("diagnosis." + i + ".sentence");
    }
    return text.toString();
  }

  /**
   * {@return the origin of the first non-finite value, or null if none was recorded}
   *
   * @throws IOException if the file is damaged
   */
  public @Nullable NonFiniteOrigin origin() throws IOException {
    return reader.origin();
  }

  /**
   * Whether the bundle holds the network after the step instead of before it. This is so if
   * gradient and score were finite and the non-finite value was found only after the update.
   *
   * @return false for the network before the step
   * @throws IOException if the file is damaged
   */
  public boolean isAfterUpdate() throws IOException {
    return Boolean.parseBoolean(reader.text("afterUpdate"));
  }

  /**
   * Restores the network, without listeners.
   *
   * @return a MultiLayerNetwork or a ComputationGraph with its updater state, a new one at each
   *     call
   * @throws IOException if it cannot be restored; the message says what to do
   */
  public Model network() throws IOException {
    return restored().model();
  }

  private Network restored() throws IOException {
    Network network = reader.network();
    network.setCounts((int) iteration(), epoch());
    return network;
  }

  /**
   * Reads the minibatch, or its segment if backpropagation through time is truncated.
   *
   * @return its arrays, new ones at each call. A MultiLayerNetwork does not keep the mask of the
   *     features; the mask of the first layer that has one is returned instead
   * @throws IOException if it cannot be read, or has several inputs or outputs
   */
  public DataSet dataSet() throws IOException {
    Minibatch batch = reader.minibatch();
    if (batch.features().size() != 1 || batch.labels().size() != 1) {
      throw new IOException(
          reader.file()
              + " has "
              + batch.features().size()
              + " inputs and "
              + batch.labels().size()
              + " outputs: call multiDataSet()");
    }
    return new DataSet(
        batch.features().get(0),
        batch.labels().get(0),
        featureMasks(batch)[0],
        labelMasks(batch)[0]);
  }

  /**
   * Reads the minibatch as {@link #dataSet()} does, for any number of inputs and outputs.
   *
   * @return its arrays, new ones at each call
   * @throws IOException if it cannot be read
   */
  public MultiDataSet multiDataSet() throws IOException {
    Minibatch batch = reader.minibatch();
    return new MultiDataSet(
        batch.features().toArray(new INDArray[0]),
        batch.labels().toArray(new INDArray[0]),
        featureMasks(batch),
        labelMasks(batch));
  }

  private static @Nullable INDArray[] featureMasks(Minibatch batch) {
    if (!batch.featureMasks().isEmpty()) {
      return batch.featureMasks().toArray(new INDArray[0]);
    }
    @Nullable INDArray[] masks = new INDArray[batch.features().size()];
    for (int layer = 0; layer < batch.layerMasks().size() - 1 && masks[0] == null; layer++) {
      masks[0] = batch.layerMasks().get(layer);
    }
    return masks;
  }

  private static @Nullable INDArray[] labelMasks(Minibatch batch) {
    if (!batch.labelMasks().isEmpty()) {
      return batch.labelMasks().toArray(new INDArray[0]);
    }
    @Nullable INDArray[] masks = new INDArray[batch.labels().size()];
    if (!batch.layerMasks().isEmpty() && masks.length > 0) {
      masks[0] = batch.layerMasks().get(batch.layerMasks().size() - 1);
    }
    return masks;
  }

  /**
   * Runs the iteration again, once, with a listener that observes. Network, minibatch, masks,
   * recurrent state and random numbers are the same. The state of ND4J's random generator is
   * restored afterwards.
   *
   * @param userDetectors factories of user detectors that run beside the plugin's, as in {@link
   *     TrainingHealthListenerBuilder#detector}
   * @return the diagnoses; of the plugin's detectors, only those that need no history report
   * @throws IOException if the file cannot be read
   */
  public List<Diagnosis> replay(DetectorFactory... userDetectors) throws IOException {
    Minibatch batch = reader.minibatch();
    TrainingHealthListenerBuilder builder =
        TrainingHealthListener.builder(
                new CollectionStatsStorageRouter(
                    new ArrayList<>(), new ArrayList<>(), new ArrayList<>()))
            .stockPages(false)
            .frozenBaseline(false);
    for (DetectorFactory factory : userDetectors) {
      builder.detector(factory);
    }
    GeneratorState now = new GeneratorState();
    now.remember();
    try (TrainingHealthListener listener = builder.build()) {
      Network network = restored();
      Model model = network.model();
      network.prepareGradient();
      model.setListeners(listener);
      network.setMinibatch(batch);
      if (reader.textOrNull("random.root") != null) {
        Nd4j.getRandom().setStates(reader.number("random.root"), reader.number("random.node"));
      }
      listener.onEpochStart(model); // from here on the listener knows the generator's state
      new Solver.Builder()
          .configure(model.conf())
          .listeners(List.of(listener))
          .model(model)
          .build()
          .optimize(LayerWorkspaceMgr.noWorkspaces());
      return listener.diagnoses();
    } finally {
      now.restore();
    }
  }
}
