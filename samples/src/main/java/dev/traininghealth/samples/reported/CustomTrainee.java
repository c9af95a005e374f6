package dev.traininghealth.samples.reported;

import dev.traininghealth.TrainingHealthListenerBuilder;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A training that is no {@link Scene}: of a graph, over epochs, or of several networks.
 *
 * @param network the network that the listener is set on
 * @param training trains to the end
 * @param error the error of the network as it is; smaller is better
 * @param settings sets what the listener needs
 */
record CustomTrainee(
    Model network,
    Runnable training,
    DoubleSupplier error,
    Consumer<TrainingHealthListenerBuilder> settings)
    implements Trainee {

  /** A graph that is trained on the minibatch of each iteration. */
  static Trainee ofGraph(
      ComputationGraph graph,
      int iterations,
      IntFunction<MultiDataSet> minibatches,
      ToDoubleFunction<ComputationGraph> error) {
    return new CustomTrainee(
        graph,
        () -> {
          for (int i = 0; i < iterations; i++) {
            graph.fit(minibatches.apply(i));
          }
        },
        () -> error.applyAsDouble(graph),
        listener -> {});
  }

  @Override
  public void train() {
    training.run();
  }

  @Override
  public double result() {
    double result = error.getAsDouble();
    return Double.isNaN(result) ? Double.POSITIVE_INFINITY : result;
  }

  @Override
  public void configure(TrainingHealthListenerBuilder listener) {
    settings.accept(listener);
  }
}
