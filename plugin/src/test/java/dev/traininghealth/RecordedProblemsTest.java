package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.report.SessionReport;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Problems of real networks that are reported from the network to the report. */
final class RecordedProblemsTest {
  private static String report(RecordedProblem problem, boolean isSick) throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    problem.train(storage, isSick);
    return SessionReport.read(storage, null).text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "DRIFTING; drift; an early sign of a divergence",
        "GROWING_MEMORY; growing-memory; The Java heap in use after garbage collection has grown",
        "LEARNING_RATE_SCHEDULE; learning-rate-schedule; to less than 1 % of that within 91 of",
      })
  void shouldReportASickRunAndNoHealthyOne(
      RecordedProblem problem, String detector, String sentence) throws Exception {
    assertThat(report(problem, true)).contains(detector, sentence);
    assertThat(report(problem, false)).contains(detector).doesNotContain(sentence);
  }
}
