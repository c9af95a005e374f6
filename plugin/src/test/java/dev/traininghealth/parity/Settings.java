package dev.traininghealth.parity;

import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Settings of the whole network. */
@SuppressWarnings("ImmutableEnumChecker")
enum Settings implements SettingTraining {
  MAX_NORM("`MaxNormConstraint`", b -> b.constrainWeights(new MaxNormConstraint(0.5, 1))),
  MIN_MAX_NORM(
      "`MinMaxNormConstraint`", b -> b.constrainWeights(new MinMaxNormConstraint(0.4, 0.6, 1))),
  UNIT_NORM("`UnitNormConstraint`", b -> b.constrainWeights(new UnitNormConstraint(1))),
  NON_NEGATIVE("`NonNegativeConstraint`", b -> b.constrainWeights(new NonNegativeConstraint())),
  RENORMALIZE_LAYER(GradientNormalization.RenormalizeL2PerLayer),
  RENORMALIZE_PARAMETER(GradientNormalization.RenormalizeL2PerParamType),
  CLIP_ELEMENTS(GradientNormalization.ClipElementWiseAbsoluteValue),
  CLIP_LAYER(GradientNormalization.ClipL2PerLayer),
  CLIP_PARAMETER(GradientNormalization.ClipL2PerParamType),
  DROPOUT("`Dropout`", b -> b.dropOut(new Dropout(0.7))),
  ALPHA_DROPOUT("`AlphaDropout`", b -> b.dropOut(new AlphaDropout(0.7))),
  GAUSSIAN_DROPOUT("`GaussianDropout`", b -> b.dropOut(new GaussianDropout(0.2))),
  GAUSSIAN_NOISE("`GaussianNoise`", b -> b.dropOut(new GaussianNoise(0.2))),
  DROP_CONNECT("`DropConnect`", b -> b.weightNoise(new DropConnect(0.8))),
  WEIGHT_NOISE(
      "`WeightNoise`", b -> b.weightNoise(new WeightNoise(new NormalDistribution(0, 0.1)))),
  L1("L1 regularization", b -> b.l1(1e-3).l1Bias(1e-3)),
  WEIGHT_DECAY("`WeightDecay`", b -> b.weightDecay(0.01).weightDecayBias(0.01)),
  SUM("`miniBatch(false)`", b -> b.miniBatch(false)),
  BIAS_UPDATER("a bias updater", b -> b.updater(new Adam(0.01)).biasUpdater(new Sgd(0.1))),
  NO_WORKSPACES(
      "`WorkspaceMode.NONE`",
      b -> b.trainingWorkspaceMode(WorkspaceMode.NONE).inferenceWorkspaceMode(WorkspaceMode.NONE));

  private final String title;
  private final Consumer<NeuralNetConfiguration.Builder> change;

  Settings(String title, Consumer<NeuralNetConfiguration.Builder> change) {
    this.title = title;
    this.change = change;
  }

  Settings(GradientNormalization normalization) {
    this(
        "`" + normalization + "`",
        b -> b.gradientNormalization(normalization).gradientNormalizationThreshold(0.1));
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public void configure(NeuralNetConfiguration.Builder builder) {
    change.accept(builder);
  }

  @Override
  public boolean isConstrained() {
    return this == MAX_NORM || this == MIN_MAX_NORM || this == UNIT_NORM || this == NON_NEGATIVE;
  }

  @Override
  public Map<Column, String> notes() {
    return isConstrained()
        ? Map.of(Column.SKIPPED, "DL4J applies the constraint once more after the skipped step")
        : Map.of();
  }
}
