package dev.traininghealth.samples.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/** Records the score of every iteration. */
final class ScoreCourse extends BaseTrainingListener {
  /** Number of parts of a run whose mean scores are shown. */
  private static final int PARTS = 10;

  private final List<Double> scores = new ArrayList<>();

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    scores.add(model.score());
  }

  /** The first score, and the mean of each tenth of the run; fewer for a short run. */
  List<Double> means() {
    List<Double> means = new ArrayList<>();
    if (scores.isEmpty()) {
      return means;
    }
    means.add(scores.get(0));
    int parts = Math.min(PARTS, scores.size());
    for (int part = 0; part < parts; part++) {
      List<Double> some =
          scores.subList(scores.size() * part / parts, scores.size() * (part + 1) / parts);
      means.add(some.stream().mapToDouble(score -> score).average().orElse(Double.NaN));
    }
    return means;
  }

  /** The means, rounded. */
  String text() {
    return means().stream()
        .map(mean -> String.format(Locale.ROOT, "%.4g", mean))
        .collect(Collectors.joining(" "));
  }
}
