package dev.traininghealth.setup;

import java.util.List;

/** The table of all rules, in the order in which they are applied. */
final class SetupRules {
  /** Rules that need no copy of the network come first, so that a time limit cuts the others. */
  static final List<SetupRule> ALL =
      List.of(
          new NetworkShapeRule(),
          new NonFiniteDataRule(),
          new OutputRule(),
          new LabelRule(),
          new TargetScaleRule(),
          new LabelBalanceRule(),
          new OrderRule(),
          new FeatureScaleRule(),
          new OutlyingFeaturesRule(),
          new ExampleCountRule(),
          new InitializationRule(),
          new LinearStackRule(),
          new DropoutRule(),
          new UpdaterRule(),
          new ScheduleRule(),
          new StartRule(),
          new LearningRateRule(),
          new OverfitRule());

  private SetupRules() {}
}
