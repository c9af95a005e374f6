package dev.traininghealth.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The oracle for a skipped step of one of several replicas: takes the gradient away if it is not
 * finite, and restores the state unless the updates are shared.
 */
final class UndoneByHand extends BaseTrainingListener {
  private final boolean restores;
  private final Map<Model, List<INDArray>> before = new ConcurrentHashMap<>();

  UndoneByHand(boolean restores) {
    this.restores = restores;
  }

  private static List<INDArray> state(Model model) {
    List<INDArray> state = new ArrayList<>();
    state.add(model.params());
    INDArray updater = Recorded.updaterState(model);
    if (updater != null) {
      state.add(updater);
    }
    return state;
  }

  @Override
  public void onGradientCalculation(Model model) {
    if (!Double.isFinite(Recorded.norm(model.getGradientsViewArray()))) {
      if (restores) {
        before.put(model, state(model).stream().map(INDArray::dup).toList());
      }
      model.getGradientsViewArray().assign(0);
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    List<INDArray> copies = before.remove(model);
    if (copies != null) {
      List<INDArray> state = state(model);
      for (int i = 0; i < state.size(); i++) {
        state.get(i).assign(copies.get(i));
      }
    }
  }
}
