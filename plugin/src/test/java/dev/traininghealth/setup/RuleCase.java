package dev.traininghealth.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.network.Network;
import dev.traininghealth.setup.data.MinibatchSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** A network with data, and what a rule says of them. */
record RuleCase(
    String sentence,
    String rule,
    Problem problem,
    Severity severity,
    Supplier<MultiLayerNetwork> network,
    Supplier<List<DataSet>> data) {
  /** Checks that the rule finds it. */
  void check() {
    SetupReport report = check(network.get(), data.get());

    assertThat(report.findings())
        .filteredOn(finding -> finding.detector().equals(rule))
        .filteredOn(finding -> finding.sentence().contains(sentence))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.problem()).isEqualTo(problem);
              assertThat(finding.severity()).isEqualTo(severity);
              assertThat(finding.remedies()).isNotEmpty();
            });
    assertThat(report.hasAlarms())
        .isEqualTo(report.findings().stream().anyMatch(Diagnosis::isAlarm));
    if (severity == Severity.WARNING) {
      assertThat(report.hasAlarms()).isTrue();
    }
  }

  static SetupReport check(MultiLayerNetwork net, List<DataSet> data) {
    return check(net, data, 1_000);
  }

  /** Checks with a clock that advances at each look at it, so that the load does not matter. */
  static SetupReport check(MultiLayerNetwork net, List<DataSet> data, long nanosPerLook) {
    return check(net, data, 0, nanosPerLook);
  }

  static SetupReport check(
      MultiLayerNetwork net, List<DataSet> data, int epochs, long nanosPerLook) {
    AtomicLong now = new AtomicLong();
    return SetupCheck.run(
        Network.of(net), MinibatchSource.of(data), epochs, () -> now.addAndGet(nanosPerLook));
  }

  @Override
  public String toString() {
    return rule + ": " + sentence;
  }
}
