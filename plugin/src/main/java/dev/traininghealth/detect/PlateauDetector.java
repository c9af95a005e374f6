package dev.traininghealth.detect;

/**
 * No more progress after real progress.
 *
 * <ul>
 *   <li><b>What</b>: the score has fallen by a tenth since the start beyond doubt, and from the
 *       third to the last quarter of the run it has, beyond doubt, fallen by less than {@value
 *       #GAIN} of what was gained before, and of what is left. Block means with three standard
 *       errors allow for autocorrelation. Where the paired control shows that the network is better
 *       than it was, it is slow, and not at rest.
 *   <li><b>Severity</b>: INFO. It asks for a lower learning rate, or for an end.
 *   <li><b>When not to use</b>: with a cyclic learning rate.
 * </ul>
 */
final class PlateauDetector implements PluginDetector {
  private static final double PROGRESS = 0.1;
  private static final double GAIN = 0.02;
  private static final int PATIENCE = 500;
  private static final int LASTING = 500;

  @Override
  public String name() {
    return "plateau";
  }

  @Override
  public void onUpdate(History history, Findings findings) {
    Progress progress = history.progress();
    if (history.seen() < PATIENCE
        || history.seen() % History.EVERY != 0
        || !progress.hasFallenBy(PROGRESS)) {
      return;
    }
    ScoreBlocks blocks = history.scores();
    double lately = progress.recent();
    double gain = progress.gainLately();
    boolean atRest =
        gain + progress.trendError() < GAIN * progress.gain()
            && progress.isFlat(GAIN)
            && !history.control().crawls();
    if (atRest) {
      long quiet = blocks.span() / 2;
      findings.report(
          Finding.of(
                  Problem.PLATEAU,
                  Severity.INFO,
                  gain / progress.gain(),
                  Comparison.BELOW,
                  GAIN,
                  () ->
                      "The score fell from "
                          + Words.number(progress.start())
                          + " to "
                          + Words.number(lately)
                          + " and has stayed there over the last "
                          + quiet
                          + " iterations.")
              .lasting(LASTING));
    }
  }
}
