package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Sets a clone aside after the first update, and scores it and one of the day each time. */
final class BaselineOracle extends BaseTrainingListener {
  private final Map<Long, Scores> scores = new HashMap<>();
  private final int examples;
  private @Nullable MultiLayerNetwork frozen;

  BaselineOracle() {
    this(Integer.MAX_VALUE);
  }

  BaselineOracle(int examples) {
    this.examples = examples;
  }

  record Scores(double frozen, double current) {}

  Scores at(long iteration) {
    return requireNonNull(scores.get(iteration));
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (!(model instanceof MultiLayerNetwork net)) {
      return;
    }
    MultiLayerNetwork before = frozen;
    if (before == null) {
      before = net.clone();
      frozen = before;
    }
    for (String statistic : List.of("1_mean", "1_var", "1_log10stdev")) {
      if (before.paramTable().containsKey(statistic)) {
        before.getParam(statistic).assign(net.getParam(statistic));
      }
    }
    int size = (int) Math.min(examples, net.getInput().size(0));
    DataSet batch = new DataSet(first(net.getInput(), size), first(net.getLabels(), size));
    scores.put(
        (long) iteration, new Scores(before.score(batch, false), net.clone().score(batch, false)));
  }

  private static INDArray first(INDArray array, int count) {
    INDArrayIndex[] part = new INDArrayIndex[array.rank()];
    Arrays.fill(part, NDArrayIndex.all());
    part[0] = NDArrayIndex.interval(0, count);
    return array.get(part).dup();
  }
}
