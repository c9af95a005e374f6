package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.samples.corpus.RunResult.End;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CaseSummaryTest {
  private static final String RIVALS = "{'one': true, 'other': false}";

  private static RunResult run(
      String id, String problem, WatchMode mode, int seed, double score, String... diagnoses)
      throws Exception {
    return new RunResult(
        Cases.with(
            Map.of(
                "id",
                "'" + id + "'",
                "problem",
                "'" + problem + "'",
                "accept",
                "[]",
                "element",
                "'loss'",
                "rivals",
                RIVALS)),
        mode,
        seed,
        new Training(100, 1, End.EPOCHS, null),
        Arrays.stream(diagnoses).map(RunResultTest::diagnosis).toList(),
        List.of(),
        List.of(),
        OptionalLong.empty(),
        null,
        new Outcome(score, null, true, 1));
  }

  @Test
  void shouldCountRunsAndCasesBesideTheRivals() throws Exception {
    WatchMode mode = WatchMode.OBSERVING;
    String summary =
        CaseSummary.of(
            List.of(
                run("found", "data", mode, 1, 1, "plateau INFO 1", "data WARNING 9"),
                run("found", "data", mode, 2, 1, "data WARNING 0"),
                run("half", "data", mode, 1, 1, "plateau WARNING 5", "data WARNING 7"),
                run("half", "data", mode, 2, 1, "plateau WARNING 5"),
                run("learns", "learns_anyway", mode, 1, 1, "data WARNING 3"),
                run("twin", "none", mode, 1, 1, "plateau INFO 4"),
                run("twin", "none", mode, 2, 1, "data WARNING 6")),
            List.of(
                new UnportableCase(
                    "recurs", "It has a GRU.", new FaultLabel(null, null, null, Map.of()))));

    assertThat(summary)
        .contains(
            "| faulty, detected | 4 of 4 | 2 of 2 |",
            "| faulty, named rightly | 3 of 4 | 1 of 2 |",
            "| not portable, missed | | 1 |",
            "| healthy, without an alarm | 1 of 2 | 0 of 1 |",
            "| faulty, found by one | | 2 of 2 |",
            "| faulty, found by other | | 0 of 2 |",
            "- found (data, loss): right in 2, detected in 2 of 2; first data WARNING at 9 | data"
                + " WARNING at 0; found by one",
            "- half (data, loss): right in 1, detected in 2 of 2; first plateau WARNING at 5; found",
            "- learns (learns_anyway, loss): alarm in 1 of 1; first data WARNING at 3",
            "- twin (none): alarm in 1 of 2; first plateau INFO at 4 | data WARNING at 6\n",
            "- recurs: missed, not portable: It has a GRU.\n")
        .doesNotContain("end worse");
  }

  @Test
  void shouldListRunsThatEndWorseProtected() throws Exception {
    String summary =
        CaseSummary.of(
            List.of(
                run("worse", "data", WatchMode.OBSERVING, 1, 1),
                run("worse", "data", WatchMode.PROTECTING, 1, 2, "data WARNING 3"),
                run("same", "none", WatchMode.OBSERVING, 1, 1),
                run("same", "none", WatchMode.PROTECTING, 1, 1)),
            List.of());

    assertThat(summary)
        .contains(
            "| faulty, detected | 0 of 1 | 0 of 1 |",
            "1 of 2 runs end worse protected than alone.",
            "- worse seed 1 (data): score 1.000 alone, score 2.000 protected: nothing done");
    assertThat(CaseSummary.of(List.of(), List.of())).isEmpty();
  }

  /** Without a change, both runs are the same as far as they go. */
  @Test
  void shouldNotCompareAnUnchangedRunThatTheTimeEndedElsewhere() throws Exception {
    RunResult run = run("slow", "none", WatchMode.PROTECTING, 1, 2);
    RunResult sooner =
        new RunResult(
            run.faultCase(),
            run.mode(),
            run.seed(),
            new Training(60, 1, End.SECONDS, null),
            run.diagnoses(),
            run.interventions(),
            run.trials(),
            run.onset(),
            run.lead(),
            run.outcome());

    assertThat(
            CaseSummary.of(
                List.of(run("slow", "none", WatchMode.OBSERVING, 1, 1), sooner), List.of()))
        .contains(
            "0 of 1 runs end worse protected than alone. Not compared, since nothing was changed"
                + " and the time ended at another iteration: 1.");
  }
}
