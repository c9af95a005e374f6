package dev.traininghealth.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.samples.benchmark.ModeResult.Account;
import dev.traininghealth.samples.benchmark.ModeResult.Cost;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class ReportTest {
  private final NetworkResult network =
      new NetworkResult(
          "MLP",
          7,
          List.of(
              new ModeResult(Mode.NONE, 2, null),
              costing(Mode.OBSERVING, 0.02),
              costing(Mode.PROTECTING, 0.025)));

  @TempDir Path directory;

  private static ModeResult costing(Mode mode, double share) {
    return new ModeResult(mode, 2.5, new Cost(1.25, 1.2, 1.3, new Account(share, 0, 16), 0, 1));
  }

  @Test
  void shouldTellWhatProtectionAdds() throws Exception {
    Report report = new Report(List.of(network));
    Path file = directory.resolve("figures.json");
    report.write(file);

    JsonNode json = new ObjectMapper().readTree(file.toFile()).get("networks").get(0);
    assertThat(json.get("protectionShare").asDouble()).isEqualTo(0.005);
    JsonNode modes = json.get("modes");
    assertThat(modes.get("protecting").get("ratio").asDouble()).isEqualTo(1.25);
    assertThat(modes.get("protecting").get("selfShare").asDouble()).isEqualTo(0.025);
    assertThat(modes.get("none").has("ratio")).isFalse();
    assertThat(report.table()).contains("snapshots included: 0.50% of the training");
  }
}
