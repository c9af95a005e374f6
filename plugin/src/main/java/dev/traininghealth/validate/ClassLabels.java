package dev.traininghealth.validate;

import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;

/**
 * Labels of a classifier: one output, and one 1 in each row, or one column of 0 and 1 under the
 * binary cross-entropy. Series, images and masked data are left out, because their examples have
 * several labels each, and so are labels that are numbers of classes.
 */
final class ClassLabels {
  /** Most classes that are shown: a table that can still be read, and a bounded record. */
  static final int MAX_CLASSES = 100;

  /** Longest name that is kept, characters. */
  private static final int MAX_NAME_LENGTH = 60;

  private ClassLabels() {}

  /** {@return why predictions are not counted, as a clause; null if they are} */
  static @Nullable String reasonAgainst(Network network, DataSet batch) {
    int[] outputs = network.outputLayers();
    if (outputs.length != 1 || outputs[0] < 0) {
      return "the network has several outputs, or one that is no output layer";
    }
    if (batch.hasMaskArrays()) {
      return "the data have masks";
    }
    INDArray labels = batch.getLabels();
    if (labels == null || labels.rank() != 2) {
      return "an example has more than one label, as in a series or an image";
    }
    boolean binary =
        labels.size(1) == 1
            && network.layers()[outputs[0]].conf().getLayer() instanceof BaseOutputLayer last
            && last.getLossFn() instanceof LossBinaryXENT;
    if (!binary && labels.size(1) == 1) {
      return "the labels are quantities or numbers of classes, not one column for each class";
    }
    return areClasses(labels, binary) ? null : "the labels are not one 1 in each row";
  }

  /** Values from 0 to 1 whose squares have the same sum are all 0 or 1. */
  private static boolean areClasses(INDArray labels, boolean binary) {
    INDArray squares = labels.mul(labels);
    INDArray rows = labels.sum(1);
    try {
      return labels.minNumber().doubleValue() >= 0
          && labels.maxNumber().doubleValue() <= 1
          && squares.sumNumber().doubleValue() == labels.sumNumber().doubleValue()
          && (binary
              || (rows.minNumber().doubleValue() == 1 && rows.maxNumber().doubleValue() == 1));
    } finally {
      OffHeapMemory.release(squares);
      OffHeapMemory.release(rows);
    }
  }

  /** {@return names of classes, which an iterator may have; otherwise their numbers, from 0} */
  static List<String> names(DataSetIterator data, int classes) {
    List<String> given = given(data);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      String name = given.size() == classes ? given.get(i) : null;
      names.add(name == null ? String.valueOf(i) : shortened(name));
    }
    return names;
  }

  private static List<@Nullable String> given(DataSetIterator data) {
    try {
      List<String> labels = data.getLabels();
      return labels == null ? List.of() : new ArrayList<>(labels);
    } catch (UnsupportedOperationException e) { // as DL4J's interface allows
      return List.of();
    }
  }

  private static String shortened(String name) {
    return name.length() <= MAX_NAME_LENGTH
        ? name
        : name.substring(0, MAX_NAME_LENGTH - 1) + "\u2026";
  }
}
