package dev.traininghealth.setup;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Turns the findings of rules into diagnoses of the iteration at which training would begin. */
final class FindingCollector {
  private final List<Diagnosis> diagnoses = new ArrayList<>();
  private final Network network;
  private final NetworkLayout layout;

  FindingCollector(Network network, NetworkLayout layout) {
    this.network = network;
    this.layout = layout;
  }

  /** The reporter of one rule. */
  FindingReporter of(SetupRule rule) {
    return finding -> diagnoses.add(diagnosis(rule.name(), finding));
  }

  private Diagnosis diagnosis(String rule, Finding f) {
    return new Diagnosis(
        diagnoses.size(),
        rule,
        f.problem(),
        f.severity(),
        f.layer(),
        f.layer() >= 0 && f.layer() < layout.layers().size()
            ? layout.layers().get(f.layer()).name()
            : "",
        f.parameter(),
        f.parameter() < 0 ? "" : layout.parameters().get(f.parameter()).key(),
        network.iterationCount(),
        network.epochCount(),
        f.observed(),
        f.comparison(),
        f.threshold(),
        f.message().get(),
        f.remedies().get(),
        f.origin(),
        -1,
        -1);
  }

  int size() {
    return diagnoses.size();
  }

  /** All diagnoses, the most severe first. */
  List<Diagnosis> diagnoses() {
    return diagnoses.stream().sorted(Comparator.comparing(Diagnosis::severity).reversed()).toList();
  }
}
