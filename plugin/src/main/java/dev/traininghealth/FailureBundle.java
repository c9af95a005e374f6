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
 * What is needed to run a failing iteration again, in another program and on another machine: the
 * minibatch with its masks, the network before the step with its updater's state and the state that
 * truncated backpropagation carries, and the state of the random generator. A listener with {@link
 * TrainingHealthListenerBuilder#failureBundles(Path)} writes one file when a value is not finite.
 *
 * <pre>{@code
 * FailureBundle bundle = FailureBundle.open(Path.of("failures/iteration-000123.zip"));
 * bundle.replay().forEach(d -> System.out.println(d.sentence()));
 * }</pre>
 *
 * <p>The file is a zip of {@code bundle.properties}, which is made to be read, {@code model.zip} as
 * DL4J's {@code ModelSerializer} writes it, and arrays for {@code numpy.load}. It holds the data of
 * the minibatch as they are: mind where it goes.
 */
public final class FailureBundle {
  private final BundleReader reader;

  private FailureBundle(BundleReader reader) {
    this.reader = reader;
  }

  /**
   * Opens a bundle. Data and network are read when they are asked for.
   *
   * @param file that a listener wrote
   * @return the bundle
   * @throws IOException if there is no such file, or it is no bundle, or one of a newer version;
   *     the message tells what to do
   */
  public static FailureBundle open(Path file) throws IOException {
    return new FailureBundle(BundleReader.open(file));
  }

  /**
   * Tells the iteration that failed.
   *
   * @return as DL4J counts it, from 0
   * @throws IOException if the file is damaged
   */
  public long iteration() throws IOException {
    return reader.number("iteration");
  }

  /**
   * Tells the epoch of that iteration.
   *
   * @return as DL4J counts it, from 0
   * @throws IOException if the file is damaged
   */
  public int epoch() throws IOException {
    return (int) reader.number("epoch");
  }

  /**
   * Tells what was found.
   *
   * @return the sentence of each diagnosis, a line each
   */
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
   * Tells where the first non-finite value was found.
   *
   * @return the origin, or null where none was told
   * @throws IOException if the file is damaged
   */
  public @Nullable NonFiniteOrigin origin() throws IOException {
    return reader.origin();
  }

  /**
   * Tells whether the network is that of after the step: where gradient and score were finite, so
   * that it was only found when the update had been applied.
   *
   * @return false for the network before the step
   * @throws IOException if the file is damaged
   */
  public boolean isAfterUpdate() throws IOException {
    return Boolean.parseBoolean(reader.text("updated"));
  }

  /**
   * Restores the network, without listeners.
   *
   * @return a MultiLayerNetwork or a ComputationGraph with its updater's state, a new one at every
   *     call
   * @throws IOException if it cannot be restored; the message tells what to do
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
   * Reads the minibatch: the segment, where backpropagation through time is truncated.
   *
   * @return its arrays, new ones at every call. A MultiLayerNetwork forgets the mask of the
   *     features; what stands for it is the mask that the first of its layers with one was given
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
   * As {@link #dataSet()}, for any number of inputs and outputs.
   *
   * @return its arrays, new ones at every call
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
   * Runs the iteration again, once, with a listener that observes: the same network on the same
   * minibatch, with the same masks, recurrent state and random numbers. ND4J's random generator is
   * put back afterwards.
   *
   * @param own makers of detectors beside the plugin's, as in {@link
   *     TrainingHealthListenerBuilder#detector}
   * @return what is found; of the plugin's detectors those speak that need no history
   * @throws IOException if the file cannot be read
   */
  public List<Diagnosis> replay(DetectorFactory... own) throws IOException {
    Minibatch batch = reader.minibatch();
    TrainingHealthListenerBuilder builder =
        TrainingHealthListener.builder(
                new CollectionStatsStorageRouter(
                    new ArrayList<>(), new ArrayList<>(), new ArrayList<>()))
            .stockPages(false)
            .frozenBaseline(false);
    for (DetectorFactory factory : own) {
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
      listener.onEpochStart(model); // from here on it knows the generator's state
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
