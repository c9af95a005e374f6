package dev.traininghealth.setup;

import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.network.LayerDescription;
import dev.traininghealth.setup.data.Spread;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Set;

/**
 * Finds a network that cannot process the data at all.
 *
 * <ul>
 *   <li><b>What</b>: WARNING for a network without {@code init()}, for another number of feature
 *       columns than the first layer's {@code nIn}, for another number of label columns than the
 *       output layer's {@code nOut}, and for any other exception of the first pass.
 *   <li><b>Source</b>: DL4J's own checks, which end the first iteration with an exception.
 *   <li><b>When not to use</b>: it has no threshold, and needs no exception.
 * </ul>
 */
final class NetworkShapeRule implements SetupRule {
  /** Types of output layers whose labels have a column per unit. */
  private static final Set<String> COLUMN_PER_UNIT = Set.of("OutputLayer", "RnnOutputLayer");

  @Override
  public String name() {
    return "network-shape";
  }

  @Override
  public boolean needsLayers() {
    return false;
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    if (!setup.pass().isInitialized()) {
      findings.report(
          Findings.of(
                  Problem.UNSUITABLE_NETWORK,
                  Severity.WARNING,
                  1,
                  1,
                  Message.of("say.setup.notInitialized"))
              .withRemedies(List.of(new Remedy(Message.of("remedy.initialize"), "net.init();"))));
      return;
    }
    boolean explained = columns(setup, findings);
    explained |= labels(setup, findings);
    String failure = setup.pass().failure();
    if (failure != null && !explained) {
      findings.report(
          Findings.of(
                  Problem.UNSUITABLE_NETWORK,
                  Severity.WARNING,
                  1,
                  1,
                  Message.of("say.setup.failing", Argument.text(failure)))
              .withRemedies(
                  List.of(
                      new Remedy(
                          Message.of("remedy.fitInputs"),
                          ".setInputType(InputType.feedForward(columns))"))));
    }
  }

  /** A chain's first layer is the one that reads the only input. */
  private static boolean columns(Setup setup, FindingReporter findings) {
    Spread[] columns = setup.data().features().get(0).columns();
    long expected =
        setup.data().features().size() == 1 && setup.network().readsInputFirst()
            ? LayerDescription.expectedColumns(setup.network().layers()[0])
            : -1;
    if (expected < 0 || columns.length == 0 || columns.length == expected) {
      return false;
    }
    findings.report(
        Findings.of(
                Problem.UNSUITABLE_NETWORK,
                Severity.WARNING,
                1,
                1,
                Message.of(
                    "say.setup.inputs",
                    Argument.count(columns.length),
                    LayerText.layer(setup.layout(), 0),
                    Argument.count(expected)))
            .inLayer(0)
            .withRemedies(
                List.of(
                    new Remedy(Message.of("remedy.fitInputs"), ".nIn(" + columns.length + ")"))));
    return true;
  }

  private static boolean labels(Setup setup, FindingReporter findings) {
    boolean found = false;
    for (Setup.Output output : setup.outputs()) {
      int columns = output.labels().columns().length;
      long units = output.layer().configuration().units();
      if (columns > 0
          && units > 0
          && columns != units
          && COLUMN_PER_UNIT.contains(output.layer().type())
          && output.layer().configuration().lossTraits().comparesWithLabels()) {
        found = true;
        findings.report(
            Findings.of(
                    Problem.UNSUITABLE_NETWORK,
                    Severity.WARNING,
                    1,
                    1,
                    Message.of(
                        "say.setup.labelColumns",
                        Argument.count(columns),
                        LayerText.layer(setup.layout(), output.index()),
                        Argument.count(units)))
                .inLayer(output.index())
                .withRemedies(
                    List.of(new Remedy(Message.of("remedy.fitUnits"), ".nOut(" + columns + ")"))));
      }
    }
    return found;
  }
}
