package dev.traininghealth.samples.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The training and test data of a case.
 *
 * @param training examples to learn from
 * @param test examples that are not learned from
 */
record CaseData(Examples training, Examples test) {
  /** Loads a case's data from the first of these directories that contains its folder. */
  static CaseData load(FaultCase faultCase, List<Path> directories) throws CorpusException {
    for (Path directory : directories) {
      Path folder = directory.resolve(faultCase.data());
      if (Files.isDirectory(folder)) {
        return new CaseData(
            examples(faultCase, folder, "train"), examples(faultCase, folder, "test"));
      }
    }
    throw new CorpusException(
        "Case " + faultCase.id() + ": no data folder " + faultCase.data() + " in " + directories);
  }

  private static Examples examples(FaultCase faultCase, Path folder, String part)
      throws CorpusException {
    String place = "Case " + faultCase.id() + ": ";
    INDArray features = array(place, folder.resolve(part + "_features.npy"));
    INDArray labels = array(place, folder.resolve(part + "_labels.npy"));
    if (features.size(0) != labels.size(0)) {
      throw new CorpusException(
          place
              + folder
              + " has "
              + features.size(0)
              + " features and "
              + labels.size(0)
              + " labels to "
              + part);
    }
    if (faultCase.featureScale() != 1) {
      features.muli(faultCase.featureScale());
    }
    return new Examples(shaped(place, features, faultCase.inputShape()), columns(labels));
  }

  private static INDArray array(String place, Path file) throws CorpusException {
    if (!Files.isRegularFile(file)) {
      throw new CorpusException(place + "no such file: " + file.toAbsolutePath());
    }
    try {
      return NumpyFile.read(file);
    } catch (IOException | RuntimeException e) {
      throw new CorpusException(place + "no array in " + file.toAbsolutePath() + " (" + e + ")");
    }
  }

  private static INDArray shaped(String place, INDArray features, List<Integer> inputShape)
      throws CorpusException {
    long wanted = inputShape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    long examples = features.size(0);
    if (features.length() != examples * wanted) {
      throw new CorpusException(
          place
              + "features of the shape "
              + Arrays.toString(features.shape())
              + " do not fit the inputShape "
              + inputShape);
    }
    List<Integer> s = inputShape;
    return switch (s.size()) {
      case 2 -> features.reshape('c', examples, s.get(1), s.get(0));
      case 4 -> features.reshape('c', examples, s.get(3), s.get(0), s.get(1), s.get(2));
      default -> features.reshape('c', examples, wanted);
    };
  }

  private static INDArray columns(INDArray labels) {
    return labels.rank() == 1 ? labels.reshape('c', labels.length(), 1) : labels;
  }
}
