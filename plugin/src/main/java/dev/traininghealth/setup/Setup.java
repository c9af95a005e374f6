package dev.traininghealth.setup;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.detect.fit.DataFindings;
import dev.traininghealth.network.ConfiguredRates;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.setup.copies.RateRange;
import dev.traininghealth.setup.copies.ShortRuns;
import dev.traininghealth.setup.data.LabelStatistics;
import dev.traininghealth.setup.data.ReadData;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A network and its data, as the rules see them. Nothing in it changes the network. */
final class Setup {
  private final Network network;
  private final ReadData data;
  private final FirstPass pass;
  private final MeasurementWriter measurement;
  private final @Nullable ShortRuns runs;
  private final Message noRuns;
  private final int epochs;

  /** What a rule would need in addition, since {@link #startRule}; null for nothing. */
  private @Nullable Message lacking;

  /** Whether a rule has asked for the first pass, or for runs, since {@link #startRule}. */
  private boolean asksForPass;

  private boolean asksForRuns;
  private @Nullable RateRange rateRange;
  private boolean isRateTested;

  /**
   * One output of the network with its labels.
   *
   * @param index of its layer
   */
  record Output(int index, NetworkLayout.Layer layer, LabelStatistics labels) {}

  /**
   * Creates what the rules see.
   *
   * @param network only its settings are read
   * @param pass of a copy, over the first minibatch
   * @param summary of the data
   * @param runs of copies; null if there are none
   * @param noRuns why there are none
   * @param epochs of the training, 0 if they are not known
   */
  Setup(
      Network network,
      ReadData data,
      FirstPass pass,
      DataSummary summary,
      @Nullable ShortRuns runs,
      Message noRuns,
      int epochs) {
    this.epochs = epochs;
    this.runs = runs;
    this.noRuns = noRuns;
    this.network = network;
    this.data = data;
    this.pass = pass;
    NetworkLayout layout = pass.layout();
    measurement = new MeasurementWriter(layout.layers().size(), layout.parameters().size());
    measurement.data.copyFrom(summary);
    measurement.batchSize = data.largestBatch();
    for (int p = 0; p < layout.parameters().size(); p++) {
      measurement.learningRate[p] =
          pass.isInitialized()
              ? ConfiguredRates.of(network, layout.parameters().get(p).layer())
              : Double.NaN;
    }
  }

  Network network() {
    return network;
  }

  ReadData data() {
    return data;
  }

  FirstPass pass() {
    asksForPass = true;
    return pass;
  }

  NetworkLayout layout() {
    return pass.layout();
  }

  /** The statistics of the data that detectors use as well. */
  DataSummary summary() {
    return measurement.data;
  }

  /** Short runs of copies, if the network can be copied and the time suffices. */
  Optional<ShortRuns> runs() {
    asksForRuns = true;
    return Optional.ofNullable(runs).filter(ShortRuns::areAffordable);
  }

  /** Notes that another rule is applied. */
  void startRule() {
    asksForPass = false;
    asksForRuns = false;
    lacking = null;
  }

  /** The epochs of the training; 0 if they are not known. */
  int epochs() {
    return epochs;
  }

  /** Notes that a rule could not judge all, unless it finds something. */
  void lacks(Message what) {
    lacking = what;
  }

  /** Why the rule could not see all that it asked for; empty if it could. */
  Optional<Message> missing() {
    if (asksForPass && Double.isNaN(pass.score())) {
      return Optional.of(pass.failure() == null ? noRuns : Message.of("say.check.firstPassFailed"));
    }
    if (!asksForRuns) {
      return Optional.ofNullable(lacking);
    }
    if (runs == null) {
      return Optional.of(noRuns);
    }
    if (!runs.areAffordable()) {
      return Optional.of(Message.of("say.check.slowSteps"));
    }
    return runs.hasRunOut() ? Optional.of(Message.of("say.check.timeOver")) : Optional.empty();
  }

  /** The range test of the learning rate; empty if there was none or the score falls at no rate. */
  Optional<RateRange> rateRange() {
    double rate = isRateTested ? Double.NaN : ConfiguredRates.largest(network);
    isRateTested = true;
    if (rate > 0) {
      rateRange = runs().flatMap(r -> RateRange.of(r, rate)).orElse(null);
    }
    return Optional.ofNullable(rateRange);
  }

  /** The score of the best constant prediction; NaN if it is not known, and for several outputs. */
  double constantPredictionScore() {
    List<Output> outputs = outputs();
    return outputs.size() == 1 && data.labels().size() == 1
        ? outputs.get(0).layer().constantPredictionScore(summary())
        : Double.NaN;
  }

  /** {@return the remedies for labels whose scale is large, with an updater for a scale of 1} */
  List<Remedy> normalizeLargeLabels() {
    return DataRemedies.normalizeLargeLabels(layout(), measurement.measurement());
  }

  /** An empty collection of remedies. */
  Advice advice() {
    return Advice.on(layout(), measurement.measurement());
  }

  /** The findings that detectors use as well. */
  DataFindings dataFindings() {
    return new DataFindings(layout(), this::advice);
  }

  /** The outputs that are layers and have labels, in the order of the labels. */
  List<Output> outputs() {
    List<Output> outputs = new ArrayList<>();
    int[] indices = network.outputLayers();
    for (int i = 0; i < Math.min(indices.length, data.labels().size()); i++) {
      if (indices[i] >= 0 && layout().layers().get(indices[i]).configuration().isOutput()) {
        outputs.add(
            new Output(indices[i], layout().layers().get(indices[i]), data.labels().get(i)));
      }
    }
    return outputs;
  }
}
