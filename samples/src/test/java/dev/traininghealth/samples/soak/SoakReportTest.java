package dev.traininghealth.samples.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakReportTest {
  private static final long MB = 1 << 20;

  private static List<ResourceUse> rows(IntToLongFunction heap, IntToLongFunction threads) {
    return IntStream.rangeClosed(1, 10)
        .mapToObj(
            tenth ->
                new ResourceUse(
                    tenth * 100_000,
                    1,
                    heap.applyAsLong(tenth),
                    500 * MB,
                    40 * MB,
                    20 * MB,
                    (int) threads.applyAsLong(tenth),
                    60,
                    7 * MB,
                    80,
                    tenth * 500L))
        .toList();
  }

  private static SoakReport report(IntToLongFunction heap, IntToLongFunction threads) {
    return new SoakReport(rows(heap, threads), Map.of("skip", 5000L), 300, 0);
  }

  @Test
  void shouldFindAllColumnsFlatThatGrowInTheFirstHalfAlone() {
    SoakReport report = report(tenth -> 20 * MB * Math.min(tenth, 5), tenth -> 40);

    assertThat(report.isFlat()).isTrue();
    assertThat(report.verdict())
        .startsWith("heap flat, resident flat")
        .contains("threads flat")
        .doesNotContain("GROWS", "interventions");
  }

  @Test
  void shouldFindAHeapThatGrows() {
    SoakReport report = report(tenth -> (60 + tenth) * MB, tenth -> 40);

    assertThat(report.isFlat()).isFalse();
    assertThat(report.verdict()).contains("heap GROWS", "resident flat");
  }

  @Test
  void shouldFindAThreadPerTenth() {
    assertThat(report(tenth -> 60 * MB, tenth -> 40 + tenth).verdict()).contains("threads GROWS");
  }

  @Test
  void shouldAllowOneStepOfTheStoragesFile() {
    for (int step = 6; step <= 10; step++) {
      int enlarged = step;
      assertThat(storage(tenth -> (tenth < enlarged ? 6 : 7) * MB).verdict())
          .as("%s", step)
          .contains("storage flat");
    }
    assertThat(storage(tenth -> (tenth < 7 ? 6 : tenth < 9 ? 7 : 8) * MB).verdict())
        .contains("storage GROWS");
  }

  private static SoakReport storage(IntToLongFunction bytes) {
    List<ResourceUse> rows =
        rows(tenth -> 60 * MB, tenth -> 40).stream()
            .map(row -> changed(row, 1, bytes.applyAsLong(row.iteration() / 100_000)))
            .toList();
    return new SoakReport(rows, Map.of("skip", 5000L), 300, 0);
  }

  private static ResourceUse changed(ResourceUse row, int process, long storage) {
    return new ResourceUse(
        row.iteration(),
        process,
        row.heap(),
        row.resident(),
        row.pointers(),
        row.workspaces(),
        row.threads(),
        row.handles(),
        storage,
        row.listenerMicros(),
        row.interventions());
  }

  @Test
  void shouldNotJudgeTheRowsOfAnEarlierProcess() {
    List<ResourceUse> rows =
        rows(tenth -> 60 * MB, tenth -> 40).stream()
            .map(row -> changed(row, row.iteration() < 900_000 ? 1 : 2, row.storage()))
            .toList();

    assertThat(new SoakReport(rows, Map.of(), 9, 0).verdict())
        .isEqualTo("Not judged: fewer than 3 rows of this process in the last half");
  }

  @Test
  void shouldFailIfThePageDoesNotAnswer() {
    SoakReport report =
        new SoakReport(rows(tenth -> 60 * MB, tenth -> 40), Map.of("skip", 5000L), 300, 2);

    assertThat(report.isFlat()).isFalse();
    assertThat(report.verdict()).endsWith("2 requests FAILED");
    assertThat(report.summary())
        .contains("skip 5000. Requests to the page: 300, failed: 2", "threads 2, file handles 4");
  }

  @Test
  void shouldPrintARowPerTenth() {
    String table = report(tenth -> 60 * MB, tenth -> 40).markdown();

    assertThat(table)
        .startsWith("| iterations | heap, MB | resident, MB | JavaCPP, kB | ND4J, kB | threads |")
        .contains("| 1,000,000 | 60.0 | 500.0 | 40,960 | 20,480 | 40 | 60 | 7.0 | 80 | 5,000 |");
  }
}
