package dev.traininghealth;

import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.compare.StoredRuns;
import dev.traininghealth.network.Network;
import dev.traininghealth.setup.SetupCheck;
import dev.traininghealth.setup.SetupReport;
import dev.traininghealth.setup.data.MinibatchSource;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Checks a network and its data before the first epoch, in seconds, and compares a recorded run
 * with one that was good.
 *
 * <pre>{@code
 * SetupReport report = TrainingHealth.check(net, data);
 * System.out.println(report);
 * }</pre>
 *
 * <p>The network may be a MultiLayerNetwork or a ComputationGraph. Its parameters, updater state,
 * counts and listeners, and the random generator of the calling thread, are bit-identical
 * afterwards: what has to be run is run on a copy. A network that is not initialized, or that does
 * not fit the data, is a finding and no exception.
 *
 * <p>WARNING means that the network cannot learn from the data as it is, or that copies of it were
 * harmed. INFO means that it may be worth a change.
 */
public final class TrainingHealth {
  private TrainingHealth() {}

  /**
   * Checks a network with the data of an iterator.
   *
   * <p>The iterator is read from where it stands, up to 200 minibatches or five seconds, with its
   * preprocessor, and then reset. An iterator that shuffles may return another order afterwards
   * than it would have.
   *
   * @param network a MultiLayerNetwork or a ComputationGraph
   * @param data must support {@code reset}
   * @return the findings
   * @throws IllegalArgumentException if the iterator does not support {@code reset} or has no
   *     minibatch where it stands, or if the model is of another kind
   */
  public static SetupReport check(Model network, DataSetIterator data) {
    return SetupCheck.run(Network.of(network), MinibatchSource.of(data), 0);
  }

  /**
   * Checks a network, and its learning-rate schedule over all epochs.
   *
   * <p>Without the number of epochs, the schedule is judged by its first three.
   *
   * @param network a MultiLayerNetwork or a ComputationGraph
   * @param data must support {@code reset}
   * @param epochs of the training, above 0; 0 if they are not known
   * @return the findings
   * @throws IllegalArgumentException as for the method without epochs, and if they are below 0
   */
  public static SetupReport check(Model network, DataSetIterator data, int epochs) {
    return SetupCheck.run(Network.of(network), MinibatchSource.of(data), epochs);
  }

  /**
   * Checks a network with the data of an iterator for several inputs or outputs.
   *
   * <p>It is read and reset as {@link #check(Model, DataSetIterator)} describes.
   *
   * @param network a MultiLayerNetwork or a ComputationGraph
   * @param data must support {@code reset}
   * @return the findings
   * @throws IllegalArgumentException as for the other iterator
   */
  public static SetupReport check(Model network, MultiDataSetIterator data) {
    return SetupCheck.run(Network.of(network), MinibatchSource.of(data), 0);
  }

  /**
   * Checks a network, and its learning-rate schedule over all epochs, with the data of an iterator
   * for several inputs or outputs.
   *
   * @param network a MultiLayerNetwork or a ComputationGraph
   * @param data must support {@code reset}
   * @param epochs of the training, above 0; 0 if they are not known
   * @return the findings
   * @throws IllegalArgumentException as for the other iterator
   */
  public static SetupReport check(Model network, MultiDataSetIterator data, int epochs) {
    return SetupCheck.run(Network.of(network), MinibatchSource.of(data), epochs);
  }

  /**
   * Checks a network with minibatches, of which the first 200 are read.
   *
   * @param network a MultiLayerNetwork or a ComputationGraph
   * @param minibatches a list of DataSet or of MultiDataSet
   * @return the findings
   * @throws IllegalArgumentException if the list is empty or has another element, or if the model
   *     is of another kind
   */
  public static SetupReport check(Model network, List<?> minibatches) {
    return SetupCheck.run(Network.of(network), MinibatchSource.of(minibatches), 0);
  }

  /**
   * Checks a network, and its learning-rate schedule over all epochs, with minibatches.
   *
   * @param network a MultiLayerNetwork or a ComputationGraph
   * @param minibatches a list of DataSet or of MultiDataSet, which are those of an epoch
   * @param epochs of the training, above 0; 0 if they are not known
   * @return the findings
   * @throws IllegalArgumentException as for the method without epochs, and if they are below 0
   */
  public static SetupReport check(Model network, List<?> minibatches, int epochs) {
    return SetupCheck.run(Network.of(network), MinibatchSource.of(minibatches), epochs);
  }

  /**
   * Compares a recorded run with a baseline run that was good: whether and where its scores,
   * gradients, updates and learning rates depart beyond the noise of both, and how the
   * configurations differ.
   *
   * <pre>{@code
   * RunComparison comparison = TrainingHealth.compare(storage, goodSession, session);
   * System.out.println(comparison);
   * }</pre>
   *
   * <p>Of a session with several workers, the first one by name is compared, with the one of the
   * same name in the baseline session or with its first.
   *
   * @param storage has the records of both, for example a {@code FileStatsStorage}
   * @param baselineSession the session of the baseline run
   * @param session the session of the run
   * @return the comparison, or the reason why they cannot be compared
   * @throws IllegalArgumentException if the storage has no such session with records of this plugin
   */
  public static RunComparison compare(
      StatsStorage storage, String baselineSession, String session) {
    return compare(storage, baselineSession, storage, session);
  }

  /**
   * Compares a recorded run with a baseline run of another storage.
   *
   * @param baselineStorage has the records of the baseline run
   * @param baselineSession the session of the baseline run
   * @param storage has the records of the run
   * @param session the session of the run
   * @return the comparison, or the reason why they cannot be compared
   * @throws IllegalArgumentException if a storage has no such session with records of this plugin
   */
  public static RunComparison compare(
      StatsStorage baselineStorage, String baselineSession, StatsStorage storage, String session) {
    return StoredRuns.compare(baselineStorage, baselineSession, storage, session);
  }
}
