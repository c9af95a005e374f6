package dev.traininghealth.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Check;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;

/** A report names the rules that were left out, since their silence is no sign of health. */
final class LeftOutRulesTest {
  private static SetupReport check(MultiLayerNetwork net, long nanosPerLook) {
    return RuleCase.check(net, Scenes.data(), nanosPerLook);
  }

  @Test
  void shouldLeaveNothingOutOfACompleteCheck() {
    SetupReport report = check(Scenes.network(), 1);

    assertThat(report.notChecked()).isEmpty();
    assertThat(report.toString()).doesNotContain("Not checked");
  }

  @Test
  void shouldNameRulesForWhichStepsAreTooSlow() {
    SetupReport report = check(Scenes.network(), 50_000_000);

    assertThat(report.notChecked())
        .extracting(Check::detector)
        .contains("start", "learning-rate", "overfit")
        .doesNotContain("network-shape", "labels");
    assertThat(report.toString())
        .contains("overfit (a step takes too long for short runs of copies)");
  }

  @Test
  void shouldNameRulesThatNeedLayersOfANetworkThatHasNone() {
    SetupReport report =
        check(new MultiLayerNetwork(Scenes.network().getLayerWiseConfigurations()), 1);

    assertThat(report.toString())
        .contains(
            "updater, schedule, start, learning-rate, overfit (the network is not initialized)");
    assertThat(report.notChecked()).extracting(Check::detector).doesNotContain("network-shape");
  }
}
