package dev.traininghealth.run;

import dev.traininghealth.network.Network;
import java.util.OptionalDouble;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Scores a network on data that it is not trained on. */
final class ValidationScore {
  private ValidationScore() {}

  /**
   * Scores all minibatches without training behavior such as dropout.
   *
   * @return the mean score, weighted by the numbers of examples; empty if there are none
   */
  static OptionalDouble of(Network network, DataSetIterator data) {
    double sum = 0;
    long examples = 0;
    data.reset();
    while (data.hasNext()) {
      DataSet batch = data.next();
      sum += network.score(batch) * batch.numExamples();
      examples += batch.numExamples();
    }
    return examples == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / (double) examples);
  }
}
