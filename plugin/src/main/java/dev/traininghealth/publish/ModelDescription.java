package dev.traininghealth.publish;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * What DL4J's own pages want to know of a model before its first report.
 *
 * @param className full name of the model's class; their Model page draws {@code MultiLayerNetwork}
 *     and {@code ComputationGraph}
 * @param layers number of layers
 * @param parameters number of elements of all parameter arrays
 * @param configurationJson the configuration in DL4J's JSON, from which the Model page draws the
 *     graph; asked for once, on the recorder's thread, for it can take half a second
 */
public record ModelDescription(
    String className, int layers, long parameters, Supplier<String> configurationJson) {
  /** Checks that nothing is missing. */
  public ModelDescription {
    Objects.requireNonNull(className, "className");
    Objects.requireNonNull(configurationJson, "configurationJson");
  }
}
