package dev.traininghealth.detect.builtin.representation;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;

/** Why a layer gives the same for every example, as far as other measurements say it. */
enum CollapseCause {
  /** Rectified units are zero for every example. */
  DEAD_UNITS {
    @Override
    boolean applies(History history, int layer) {
      return history.current().silentUnitFraction(layer) > MOST;
    }

    @Override
    Message sentence(History history, int layer) {
      return Message.of(
          "say.collapsed_activations.dead",
          Argument.share(history.current().silentUnitFraction(layer)));
    }

    @Override
    List<Remedy> remedies(History history, int layer) {
      return Advice.on(history).againstDeadUnits(layer, 1).remedies();
    }
  },

  /** Units are at a limit of their function, the same for every example. */
  SATURATION {
    @Override
    boolean applies(History history, int layer) {
      return history.current().saturatedFraction(layer) > MOST;
    }

    @Override
    Message sentence(History history, int layer) {
      return Message.of(
          "say.collapsed_activations.saturated",
          Argument.share(history.current().saturatedFraction(layer)));
    }

    @Override
    List<Remedy> remedies(History history, int layer) {
      return Advice.on(history).againstSaturation(layer).remedies();
    }
  },

  /** The weights do not pass on the input, so that only biases are left. */
  SMALL_WEIGHTS {
    @Override
    boolean applies(History history, int layer) {
      double norm = weightNorm(history, layer);
      long units = history.layout().layers().get(layer).configuration().units();
      return units > 0 && norm < SMALL_WEIGHT_SHARE * Math.sqrt((double) units);
    }

    @Override
    Message sentence(History history, int layer) {
      return Message.of(
          "say.collapsed_activations.weights", Argument.number(weightNorm(history, layer)));
    }

    @Override
    List<Remedy> remedies(History history, int layer) {
      return Advice.on(history).add(Message.of("remedy.collapsingWeights"), "").remedies();
    }
  },

  /** The features themselves hardly differ beside their mean. */
  FEATURES {
    @Override
    boolean applies(History history, int layer) {
      DataSummary data = history.current().data();
      return data.featureStandardDeviation() < SMALL_SPREAD * Math.abs(data.featureMean());
    }

    @Override
    Message sentence(History history, int layer) {
      DataSummary data = history.current().data();
      return Message.of(
          "say.collapsed_activations.features",
          Argument.number(data.featureMean()),
          Argument.number(data.featureStandardDeviation()));
    }

    @Override
    List<Remedy> remedies(History history, int layer) {
      return Advice.on(history).againstUnfitData().remedies();
    }
  },

  /** Updates or gradients are far too large. */
  LEARNING_RATE {
    @Override
    boolean applies(History history, int layer) {
      return history.hasActiveAlarm(ProblemFamily.EXPLODING);
    }

    @Override
    Message sentence(History history, int layer) {
      return Message.of("say.collapsed_activations.rate");
    }

    @Override
    List<Remedy> remedies(History history, int layer) {
      return Advice.on(history).againstExplosion().remedies();
    }
  },

  /** Nearly all labels are the same, and so is the best answer. */
  IMBALANCE {
    @Override
    boolean applies(History history, int layer) {
      DataSummary data = history.current().data();
      return data.largestLabelShare() > MOST && areClasses(data);
    }

    @Override
    Message sentence(History history, int layer) {
      return Message.of(
          "say.collapsed_activations.imbalance",
          Argument.share(history.current().data().largestLabelShare()));
    }

    @Override
    List<Remedy> remedies(History history, int layer) {
      return Advice.on(history).add(Message.of("remedy.weightClasses"), "").remedies();
    }
  },

  /** None of these. */
  UNKNOWN {
    @Override
    boolean applies(History history, int layer) {
      return true;
    }

    @Override
    Message sentence(History history, int layer) {
      return Message.literal("");
    }

    @Override
    List<Remedy> remedies(History history, int layer) {
      return Advice.on(history).againstVanishing(layer).remedies();
    }
  };

  /** Share of units, activations or labels that explains a collapse of all: the rest is small. */
  private static final double MOST = 0.9;

  /** Share of the norm of usual initial weights, √units, of which a twentieth is left. */
  private static final double SMALL_WEIGHT_SHARE = 0.05;

  /** Standard deviation of the features as a share of their mean, as that of the activations. */
  private static final double SMALL_SPREAD = 0.01;

  /** Share of the largest variance that labels can have, which those of classes reach. */
  private static final double CLASS_VARIANCE_SHARE = 0.9;

  /** {@return the first cause that applies to a layer} */
  static CollapseCause of(History history, int layer) {
    for (CollapseCause cause : values()) {
      if (cause.applies(history, layer)) {
        return cause;
      }
    }
    return UNKNOWN;
  }

  abstract boolean applies(History history, int layer);

  /** {@return the cause as a sentence; empty if it is not known} */
  abstract Message sentence(History history, int layer);

  abstract List<Remedy> remedies(History history, int layer);

  /**
   * {@return whether the labels are classes: all are 0 or 1} Of numbers from 0 to 1 with this mean,
   * only 0 and 1 have a variance of mean · (1 − mean).
   */
  private static boolean areClasses(DataSummary data) {
    double mean = data.labelMean();
    double deviation = data.labelStandardDeviation();
    return data.labelMin() >= 0
        && data.labelMax() <= 1
        && deviation * deviation >= CLASS_VARIANCE_SHARE * mean * (1 - mean);
  }

  /** {@return the norm of the layer's weight matrix; NaN if it has none} */
  private static double weightNorm(History history, int layer) {
    NetworkLayout layout = history.layout();
    Measurement m = history.current();
    for (int p = 0; p < layout.parameters().size(); p++) {
      NetworkLayout.Parameter parameter = layout.parameters().get(p);
      if (parameter.layer() == layer && parameter.role() == ParameterRole.WEIGHT) {
        return m.weightNorm(p);
      }
    }
    return Double.NaN;
  }
}
