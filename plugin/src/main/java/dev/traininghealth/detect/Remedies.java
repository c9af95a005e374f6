package dev.traininghealth.detect;

import dev.traininghealth.measure.NetworkLayout;
import java.util.List;

/** What to change, by problem and fitting the network. */
final class Remedies {
  private Remedies() {}

  static List<Remedy> of(Finding finding, NetworkLayout layout) {
    return List.of();
  }
}
