package dev.traininghealth.parity;

import dev.traininghealth.NetworkBits;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/** A way of training a tiny network; a row of the README's table. */
public interface Training {
  /** The number of the minibatch that a test poisons. */
  int BAD = 3;

  /** {@return a short text for the table, in Markdown} */
  String title();

  /** {@return a new network, with the same weights at every call} */
  Model create();

  /** {@return minibatches of unequal sizes, the same at every call} */
  List<DataSet> data();

  /**
   * Trains in this way.
   *
   * @return the trained network, which may be another object than the given one
   */
  default Model fit(Model model, List<DataSet> data) {
    data.forEach(batch -> NetworkBits.fit(model, batch));
    return model;
  }

  /** {@return why a column cannot hold, a sentence without its period} */
  default Map<Column, String> impossible() {
    return Map.of();
  }

  /** {@return what a column adds or leaves out here, a sentence without its period} */
  default Map<Column, String> notes() {
    return Map.of();
  }

  /** Puts NaN into the last example of a minibatch. */
  default void poison(DataSet batch) {
    batch.getFeatures().putScalar(batch.getFeatures().length() - 1, Double.NaN);
  }

  /** {@return where {@link #poison} puts NaN} */
  default Place poisonedPlace() {
    return Place.FEATURES;
  }

  /** {@return the iterations that a poisoned minibatch {@link #BAD} spoils} */
  default List<Integer> badIterations() {
    return List.of(BAD);
  }

  /** {@return minibatches that are stepped on if the poisoned steps are left out} */
  default List<DataSet> withoutBad() {
    List<DataSet> rest = new ArrayList<>(data());
    rest.remove(BAD);
    return rest;
  }

  /** {@return whether DL4J applies constraints after a skipped step once more} */
  default boolean isConstrained() {
    return false;
  }

  /** {@return the number of replicas that train at the same time} */
  default int workers() {
    return 1;
  }

  /**
   * {@return the iterations after which lowered learning rates take effect, beyond the usual one}
   */
  default int ratesDelay() {
    return 0;
  }

  /** {@return a new storage for the records; null if any will do} */
  default @Nullable StatsStorageRouter storage() {
    return null;
  }

  /** {@return relative accuracy of norms, which depends on the data type} */
  default double accuracy() {
    return 1e-4;
  }

  /** {@return whether the whole row is left to the profile {@code full}} */
  default boolean isSlow() {
    return false;
  }

  /** {@return whether a cell is left to the profile {@code full}} */
  default boolean isSlow(Column column) {
    return isSlow();
  }
}
