package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Problems;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.TriedRates;
import dev.traininghealth.detect.TriedRates.From;
import dev.traininghealth.detect.TriedRates.Way;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What remedies say of learning rates before and after these were tried. */
final class TriedRemediesTest {
  private static final String NOT_TRIED = " This was not tried.";
  private static final String TRIED =
      " Tried on copies at iteration 320 for 18 steps from score 2.31: ";

  private final NetworkLayout layout = LayoutBuilder.classifier(3, "relu");
  private final MeasurementWriter m =
      new MeasurementWriter(layout.layers().size(), layout.parameters().size());
  private final List<Diagnosis> reported = new ArrayList<>();
  private final DiagnosisTracker board =
      new DiagnosisTracker(layout, m.measurement(), reported::add);

  @BeforeEach
  void setRate() {
    inUse(0.1, 1);
  }

  private void inUse(double rate, double factor) {
    Arrays.fill(m.learningRate, rate);
    Steps.learningRateFactor(m, factor);
  }

  private static Finding finding(Problem problem, Severity severity) {
    return Finding.of(problem, severity, 2, Comparison.ABOVE, 1, () -> "Seen.").expiresAfter(10);
  }

  private Diagnosis find(Problem problem, Severity severity) {
    board.report("watchful", finding(problem, severity));
    board.process(1, 0);
    return Objects.requireNonNull(board.worst(problem.family()));
  }

  private Diagnosis exploding() {
    return find(Problem.EXPLODING_GRADIENT, Severity.WARNING);
  }

  /** The first that names a rate, and its code. */
  private static String ofRate(Diagnosis d) {
    Remedy remedy = d.remedies().stream().filter(Remedy::namesRate).findFirst().orElseThrow();
    return remedy.advice() + " " + remedy.code();
  }

  private static Way way(From from, double factor, double score) {
    return new Way(from, factor, 18, score);
  }

  private static TriedRates rates(int better, Way... ways) {
    return new TriedRates(320, 2.31, List.of(ways), better);
  }

  private static Way nothing(double score) {
    return way(From.PRESENT, 1, score);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"exploding", "non_finite", "dead_relu", "saturated", "oscillating", "plateau"})
  void shouldSayThatARateWasNotTried(String problem) {
    Diagnosis d = find(Problems.of(problem), Severity.INFO);

    assertThat(ofRate(d))
        .isEqualTo(
            "Lower the learning rate from 0.1 to about 0.01."
                + NOT_TRIED
                + " .updater(new Adam(0.01))");
    assertThat(d.remedies()).noneMatch(Remedy::isTried);
    assertThat(d.remedies()).filteredOn(r -> !r.namesRate()).noneMatch(this::saysTried);
  }

  private boolean saysTried(Remedy remedy) {
    return remedy.advice().toLowerCase(Locale.ROOT).contains("tried");
  }

  @Test
  void shouldSayThatBothWaysAndRaisingWereNotTried() {
    inUse(1e-3, 1);
    assertThat(ofRate(find(Problem.NOT_LEARNING, Severity.WARNING)))
        .isEqualTo(
            "Try other learning rates than 0.001: ten times larger, 0.01, and ten times smaller,"
                + " 1e-4."
                + NOT_TRIED
                + " .updater(new Adam(0.01)) // and 1e-4");
  }

  @Test
  void shouldAdviseTheRateThatWasSeenToHelp() {
    Diagnosis before = exploding();
    Diagnosis now =
        board.tried(
            before,
            rates(
                2,
                nothing(2.9),
                new Way(From.PRESENT, 0.5, 6, 0.1),
                way(From.PRESENT, 0.01, 0.31),
                way(From.BEGINNING, 0.001, 0.6)));

    assertThat(ofRate(now))
        .isEqualTo(
            "Lower the learning rate from 0.1 to 0.001."
                + TRIED
                + "at 0.001 (0.31), from the beginning at 1e-4 (0.6) and at 0.1 as it is (2.9)."
                + " .updater(new Adam(0.001))");
    assertThat(now.remedies()).hasSameSizeAs(before.remedies());
    assertThat(now.remedies().get(0).isTried()).isTrue();
    assertThat(now.id()).isEqualTo(before.id());
    assertThat(reported).containsExactly(before, now);
    assertThat(board.diagnoses()).containsExactly(now);
  }

  @Test
  void shouldTellFirstWhatWasBestAlsoWhereItBeganAnew() {
    Diagnosis now =
        board.tried(
            exploding(),
            rates(
                2,
                nothing(2.9),
                way(From.PRESENT, 0.1, 2.2),
                way(From.BEGINNING, 0.01, 0.5),
                way(From.BEGINNING, 0.001, 0.4)));

    assertThat(ofRate(now))
        .startsWith(
            "Lower the learning rate from 0.1 to 0.001."
                + TRIED
                + "from the beginning at 0.001 (0.5), at 0.01 (2.2) and at 0.1 as it is (2.9). ");
  }

  @Test
  void shouldPutLoweringLastWhereNothingHelped() {
    Diagnosis before = exploding();
    assertThat(before.remedies().get(0).namesRate()).isTrue();
    Diagnosis now =
        board.tried(
            before,
            rates(
                -1,
                nothing(Double.NaN),
                way(From.PRESENT, 0.1, Double.NaN),
                way(From.BEGINNING, 0.01, Double.NaN)));

    assertThat(now.remedies()).hasSameSizeAs(before.remedies());
    assertThat(now.remedies().get(0)).isEqualTo(before.remedies().get(1));
    assertThat(now.remedies().get(now.remedies().size() - 1).advice())
        .isEqualTo(
            "Lower the learning rate from 0.1 to about 0.01."
                + TRIED
                + "at 0.01 (network lost), from the beginning at 0.001 (network lost) and at 0.1 as"
                + " it is (network lost). None helped.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2.9 | 2.9 | '(2.9) and at 0.1 as it is (2.9). None helped.'",
        "2.9 | 2.8 | '(2.8) and at 0.1 as it is (2.9). None was worth a change.'",
        "1.2 | 2 | '(2) and at 0.1 as it is (1.2). None helped.'",
      })
  void shouldSayWhyNothingWasChanged(double nothing, double lower, String words) {
    Diagnosis now =
        board.tried(exploding(), rates(-1, nothing(nothing), way(From.EARLIER, 0.1, lower)));

    assertThat(now.remedies().get(now.remedies().size() - 1).advice())
        .endsWith(TRIED + "from a snapshot at 0.01 " + words);
  }

  @Test
  void shouldKeepAHigherRateWhereOnlyLowerOnesWereTried() {
    inUse(1e-3, 1);
    Diagnosis before = find(Problem.NOT_LEARNING, Severity.WARNING);
    Diagnosis now = board.tried(before, rates(-1, nothing(2.31), way(From.PRESENT, 0.1, 2.4)));

    assertThat(ofRate(now))
        .startsWith("Try other learning rates than 0.001")
        .contains("as it is (2.31). None helped. 0.01 itself was not tried.");
    assertThat(now.remedies()).extracting(Remedy::code).isEqualTo(codes(before));
  }

  private static List<String> codes(Diagnosis d) {
    return d.remedies().stream().map(Remedy::code).toList();
  }

  /** In the user's rates, though those in use were a hundredth of them. */
  @Test
  void shouldNameTheUsersRatesWhereTheyWereLowered() {
    inUse(0.001, 0.01);
    Diagnosis before = exploding();
    assertThat(ofRate(before))
        .startsWith(
            "Lower the learning rate from 0.1 to about 1e-4. Protection has it at 0.001 now."
                + NOT_TRIED);

    Diagnosis now =
        board.tried(before, rates(1, way(From.PRESENT, 0.01, 2.9), way(From.PRESENT, 0.005, 0.31)));

    assertThat(ofRate(now))
        .isEqualTo(
            "Lower the learning rate from 0.1 to 5e-4."
                + TRIED
                + "at 5e-4 (0.31) and at 0.001 as it is (2.9). .updater(new Adam(5e-4))");
  }

  @Test
  void shouldKeepARateThatHelpedOnceALowerOneDidNot() {
    Diagnosis helped =
        board.tried(exploding(), rates(1, nothing(2.9), way(From.PRESENT, 0.1, 0.3)));
    inUse(0.01, 0.1);
    Diagnosis now =
        board.tried(helped, rates(-1, way(From.PRESENT, 0.1, 0.3), way(From.PRESENT, 0.01, 0.4)));

    assertThat(now).isEqualTo(helped);
    assertThat(reported).hasSize(2);
  }

  @Test
  void shouldCompleteAllOfTheProblemAndNoOther() {
    final Diagnosis first = exploding();
    final Diagnosis other = find(Problem.OSCILLATING_SCORE, Severity.WARNING);
    board.report("watchful", finding(Problem.EXPLODING_GRADIENT, Severity.WARNING).aspect("other"));
    board.process(2, 0);
    int before = reported.size();
    board.tried(first, rates(1, nothing(2.9), way(From.PRESENT, 0.1, 0.3)));

    assertThat(reported.subList(before, reported.size()))
        .hasSize(2)
        .allMatch(d -> d.problem().is(ProblemFamily.EXPLODING))
        .allMatch(d -> ofRate(d).contains(TRIED));
    assertThat(board.worst(ProblemFamily.OSCILLATING)).isEqualTo(other);
  }

  /** What was tried at other rates than those in use by now is no answer. */
  @ParameterizedTest
  @CsvSource({"0.1, 1, true", "0.01, 0.1, false"})
  void shouldRememberWhatWasTriedWhereItGetsWorse(double used, double factor, boolean remembered) {
    board.tried(exploding(), rates(1, nothing(2.9), way(From.PRESENT, 0.1, 0.3)));
    inUse(used, factor);
    Diagnosis worse = find(Problem.EXPLODING_GRADIENT, Severity.CRITICAL);

    assertThat(worse.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(ofRate(worse))
        .startsWith(
            "Lower the learning rate from 0.1 to " + (remembered ? "0.01." : "about 0.001."))
        .contains(remembered ? TRIED : NOT_TRIED);
  }

  @Test
  void shouldLeaveRemediesOfUsersAndNetworksWithoutRatesAlone() {
    Remedy own = new Remedy("Do it.", "code()");
    board.report(
        "mine", finding(Problem.EXPLODING_GRADIENT, Severity.WARNING).withRemedies(List.of(own)));
    board.process(1, 0);
    Diagnosis mine = reported.get(0);
    TriedRates tried = rates(1, nothing(2.9), way(From.PRESENT, 0.1, 0.3));
    assertThat(board.tried(mine, tried)).isEqualTo(mine);

    inUse(Double.NaN, 1);
    Diagnosis rateless = exploding();
    assertThat(board.tried(rateless, tried)).isEqualTo(rateless);
    assertThat(reported).hasSize(2);
  }
}
