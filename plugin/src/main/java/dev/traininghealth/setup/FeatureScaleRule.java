package dev.traininghealth.setup;

import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.fit.DataFindings;
import dev.traininghealth.setup.copies.Standardization;
import dev.traininghealth.setup.data.FeatureStatistics;
import dev.traininghealth.setup.data.Spread;
import java.util.List;

/**
 * Finds features whose scale is far from 1, and features that never change; see {@link
 * DataFindings#isUnnormalized}.
 *
 * <ul>
 *   <li><b>What</b>: WARNING if all features are the same in each example. INFO for a scale far
 *       from 1, because many networks learn nevertheless. WARNING if a copy of the network does not
 *       learn, and a copy with standardized columns does ({@link ScaleHarm}).
 *   <li><b>Source</b>: initialization assumes features of a scale of 1 (Glorot and Bengio 2010).
 *   <li><b>Defaults</b>: those of the detector that judges the running training.
 *   <li><b>When not to use</b>: indices for an embedding, which have no scale and are left out.
 * </ul>
 */
final class FeatureScaleRule implements SetupRule {
  @Override
  public String name() {
    return "feature-scale";
  }

  @Override
  public boolean needsLayers() {
    return false;
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    DataFindings found = setup.dataFindings();
    if (DataFindings.isUnnormalized(setup.summary()) && !DataFindings.areIndices(setup.layout())) {
      ScaleHarm harm =
          ScaleHarm.of(
              setup,
              run -> ScaleHarm.isStuck(run, constant(setup)),
              Standardization.ofFeatures(columns(setup)),
              constant(setup));
      findings.report(harm.addTo(found.features(setup.summary(), harm.severity())));
    }
    if (DataFindings.areConstant(setup.summary())) {
      findings.report(found.constantFeatures());
    }
  }

  private static List<Spread[]> columns(Setup setup) {
    return setup.data().features().stream().map(FeatureStatistics::columns).toList();
  }

  private static double constant(Setup setup) {
    return setup.constantPredictionScore(); // other features do not change it
  }
}
