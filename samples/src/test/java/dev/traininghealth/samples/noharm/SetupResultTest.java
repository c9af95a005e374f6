package dev.traininghealth.samples.noharm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.samples.noharm.RunResult.End;
import dev.traininghealth.samples.noharm.SetupResult.Verdict;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.converter.ConvertWith;
import org.junit.jupiter.params.converter.SimpleArgumentConverter;
import org.junit.jupiter.params.provider.CsvSource;

class SetupResultTest {
  private static final Measure ACCURACY = Measure.accuracy();

  /** Numbers separated by blanks. */
  static final class Numbers extends SimpleArgumentConverter {
    @Override
    protected Object convert(Object source, Class<?> targetType) {
      return Arrays.stream(String.valueOf(source).split(" ", -1))
          .mapToDouble(Double::parseDouble)
          .toArray();
    }
  }

  private static Setup setup(Measure measure) {
    return new Setup(
        "some",
        "nothing",
        measure,
        seed -> {
          throw new IllegalStateException("not run here");
        });
  }

  private static RunResult run(
      Measure measure, Mode mode, int seed, double value, int hash, Intervention... done) {
    return new RunResult(
        setup(measure),
        mode,
        seed,
        value,
        100,
        1,
        End.ITERATIONS,
        "",
        hash,
        List.of(done),
        List.of());
  }

  private static SetupResult compared(Measure measure, double[] alone, double[] protecting) {
    List<RunResult> runs = new ArrayList<>();
    for (int i = 0; i < alone.length; i++) {
      runs.add(run(measure, Mode.ALONE, i + 1, alone[i], i));
    }
    for (int i = 0; i < protecting.length; i++) {
      runs.add(run(measure, Mode.PROTECTING, i + 1, protecting[i], i));
    }
    return SetupResult.of(setup(measure), runs);
  }

  private static Intervention intervention(Kind kind, long times, boolean applied) {
    return new Intervention(
        0,
        kind,
        7,
        0,
        9,
        times,
        1,
        "exploding",
        -1,
        1,
        0.5,
        -1,
        applied,
        Message.literal("too large"));
  }

  @ParameterizedTest
  @CsvSource({
    "0.70 0.80, 0.70 0.80, OK",
    "0.70 0.80, 0.80 0.70, OK",
    "0.70 0.80, 0.90 0.95, OK",
    "0.70 0.80, 0.695 0.80, WORSE",
    "0.70 0.80, 0.68 0.95, WORSE",
    "NaN 0.80, NaN 0.80, OK",
    "NaN 0.80, 0.10 0.80, OK",
    "NaN 0.80, 0.80 NaN, WORSE",
    "NaN 0.80, 0.10 0.10, WORSE",
    "NaN NaN, NaN NaN, OK",
    "NaN NaN, 0.10 NaN, OK",
    "0.70 0.80, NaN 0.80, WORSE"
  })
  void shouldCompareTheWorstAccuracies(
      @ConvertWith(Numbers.class) double[] alone,
      @ConvertWith(Numbers.class) double[] protecting,
      Verdict verdict) {
    assertThat(compared(ACCURACY, alone, protecting).verdict()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "100 120, 120 100, OK",
    "100 120, 121 100, WORSE",
    "100 120, 1 2, OK",
    "100 Infinity, 100 1e30, OK",
    "100 Infinity, 101 1e30, WORSE",
    "-5 -4, -3.9 -5, WORSE",
    "-5 -4, -4 -5, OK",
    "1.666667 1.666667, 1.6666671 1.666667, OK"
  })
  void shouldCompareTheWorstScores(
      @ConvertWith(Numbers.class) double[] alone,
      @ConvertWith(Numbers.class) double[] protecting,
      Verdict verdict) {
    assertThat(compared(Measure.score(), alone, protecting).verdict()).isEqualTo(verdict);
  }

  @Test
  void shouldAskForTheTargetOfEverySeed() {
    Measure measure = ACCURACY.withTarget(0.85);
    double[] alone = {0.1, 0.1};

    assertThat(compared(measure, alone, new double[] {0.9, 0.85}).verdict()).isEqualTo(Verdict.OK);
    assertThat(compared(measure, alone, new double[] {0.9, 0.8}).verdict())
        .isEqualTo(Verdict.BELOW_TARGET);
  }

  @Test
  void shouldHaveNoVerdictOnOneModeAlone() {
    SetupResult result = compared(ACCURACY, new double[] {0.5}, new double[0]);

    assertThat(result.verdict()).isEqualTo(Verdict.NONE);
    assertThat(new HarmTable(List.of(result)).text())
        .contains("some")
        .doesNotContain("set-ups end");
  }

  @Test
  void shouldTellTheWorstLossOfASeedAndTheSpread() {
    SetupResult result =
        compared(ACCURACY, new double[] {0.7, 0.8, 0.75}, new double[] {0.72, 0.74, 0.74});

    assertThat(result.worstLoss()).isCloseTo(0.06, within(1e-9));
    assertThat(result.spread()).isCloseTo(0.1, within(1e-9));
  }

  @Test
  void shouldCountInterventionsByKind() {
    RunResult run =
        run(
            ACCURACY,
            Mode.PROTECTING,
            1,
            0.5,
            3,
            intervention(Kind.CLIP, 5, true),
            intervention(Kind.SKIP, 2, true),
            intervention(Kind.LOWER_LEARNING_RATE, 1, true),
            intervention(Kind.ROLLBACK, 1, true),
            intervention(Kind.ROLLBACK, 1, false));

    RunResult alone = run(ACCURACY, Mode.ALONE, 1, 0.5, 3);
    SetupResult result = SetupResult.of(setup(ACCURACY), List.of(alone, alone, run, run));

    assertThat(run.line())
        .contains(
            "some seed 1, protecting",
            "interventions: skip 2, clip 5, lower learning rate 1, rollback 1");
    assertThat(new HarmTable(List.of(result)).text())
        .contains("skip 4, clip 10, lower learning rate 2, rollback 2");
  }

  @Test
  void shouldCountChangesThatOutlastTheStep() {
    List<RunResult> runs =
        List.of(
            run(ACCURACY, Mode.ALONE, 1, 0.7, 1),
            run(ACCURACY, Mode.ALONE, 2, 0.8, 2),
            run(ACCURACY, Mode.ALONE, 3, 0.75, 3),
            run(
                ACCURACY,
                Mode.PROTECTING,
                1,
                0.6,
                4,
                intervention(Kind.LOWER_LEARNING_RATE, 2, true),
                intervention(Kind.STOP, 1, false)),
            run(ACCURACY, Mode.PROTECTING, 2, 0.9, 5, intervention(Kind.ROLLBACK, 1, true)),
            run(ACCURACY, Mode.PROTECTING, 3, 0.5, 6, intervention(Kind.CLIP, 9, true)));

    assertThat(new HarmTable(List.of(SetupResult.of(setup(ACCURACY), runs))).text())
        .contains(
            "3 changes were adopted in 2 of 3 protected runs; 1 of these end worse than alone"
                + " (50.0 %).",
            "WORSE: some seed 1, protecting: accuracy 0.6")
        .doesNotContain("WORSE: some seed 2", "WORSE: some seed 3");
  }

  @Test
  void shouldTellOfChangesThatWereNotRecorded() {
    RunResult alone = run(ACCURACY, Mode.ALONE, 1, 0.5, 3);
    RunResult changed = run(ACCURACY, Mode.PROTECTING, 1, 0.5, 4);
    RunResult recorded =
        run(ACCURACY, Mode.PROTECTING, 1, 0.5, 4, intervention(Kind.CLIP, 1, true));
    Setup setup = setup(ACCURACY);

    SetupResult silent = SetupResult.of(setup, List.of(alone, changed));
    assertThat(silent.silentlyChanged()).containsExactly(1);
    assertThat(new HarmTable(List.of(silent)).text()).contains("some seed 1: NOT bit-identical");
    assertThat(SetupResult.of(setup, List.of(alone, recorded)).silentlyChanged()).isEmpty();
  }

  @Test
  void shouldWriteMarkdown() {
    String table =
        new HarmTable(
                List.of(
                    compared(ACCURACY, new double[] {0.7, 0.8}, new double[] {0.75, Double.NaN})))
            .markdown();

    assertThat(table)
        .startsWith("| set-up | measure | alone | protected |")
        .contains(
            "\n| --- | --- |",
            "\n| some | accuracy | 0.7000, 0.8000 | 0.7500, NaN |  | worse |",
            "0 of 1 set-ups end within the spread of the seeds alone, or better");
  }
}
