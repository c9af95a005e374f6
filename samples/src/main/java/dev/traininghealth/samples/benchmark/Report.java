package dev.traininghealth.samples.benchmark;

import dev.traininghealth.samples.benchmark.ModeResult.Account;
import dev.traininghealth.samples.benchmark.ModeResult.Cost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/** The results of all networks. */
public final class Report {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final List<NetworkResult> networks;

  Report(List<NetworkResult> networks) {
    this.networks = networks;
  }

  /**
   * Compares the modes on every network.
   *
   * @param progress receives the current work, line by line
   */
  public static Report of(Effort effort, Consumer<String> progress) {
    List<NetworkResult> networks = new ArrayList<>();
    for (Workload workload : Workload.values()) {
      try (Comparison comparison = new Comparison(workload, effort, progress)) {
        networks.add(comparison.run());
      }
    }
    return new Report(networks);
  }

  /** The table for the console, with a line for each network and mode. */
  public String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%-22s %-16s %9s %7s %-15s %7s %9s %9s %8s %8s%n",
            "network",
            "mode",
            "ms",
            "ratio",
            "  quartiles",
            "share",
            "bytes",
            "bytes all",
            "ops",
            "ops all"));
    for (NetworkResult network : networks) {
      String name = network.name();
      for (ModeResult mode : network.modes()) {
        table.append(String.format(Locale.ROOT, "%-22s %s%n", name, line(mode)));
        name = "";
      }
      table.append(
          String.format(
              Locale.ROOT,
              "%-22s protecting beyond observing, snapshots included: %.2f%% of the training%n",
              "",
              100 * network.protectionShare()));
    }
    return table.toString();
  }

  private static String line(ModeResult result) {
    String start = String.format(Locale.ROOT, "%-16s %9.3f", result.mode().key(), result.millis());
    Cost cost = result.cost();
    if (cost == null) {
      return start;
    }
    return start
        + String.format(
            Locale.ROOT,
            " %7.3f %7.3f–%-7.3f %6.2f%% %9.0f %9.0f %8.1f %8.1f",
            cost.ratio(),
            cost.lowerQuartile(),
            cost.upperQuartile(),
            100 * cost.account().selfShare(),
            cost.account().allocatedBytes(),
            cost.account().allocatedBytesAll(),
            cost.operations(),
            cost.operationsAll());
  }

  /** Writes the figures as JSON. */
  public void write(Path file) throws IOException {
    List<Map<String, Object>> list = new ArrayList<>();
    for (NetworkResult network : networks) {
      Map<String, Object> modes = new LinkedHashMap<>();
      for (ModeResult mode : network.modes()) {
        modes.put(mode.mode().key(), figures(mode));
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", network.name());
      entry.put("parameters", network.parameters());
      entry.put("protectionShare", rounded(network.protectionShare(), 5));
      entry.put("modes", modes);
      list.add(entry);
    }
    Files.write(file, JSON.writeValueAsBytes(Map.of("networks", list)));
  }

  private static Map<String, Object> figures(ModeResult result) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("ms", rounded(result.millis(), 4));
    Cost cost = result.cost();
    if (cost != null) {
      Account account = cost.account();
      figures.put("ratio", rounded(cost.ratio(), 4));
      figures.put(
          "ratioQuartiles",
          List.of(rounded(cost.lowerQuartile(), 4), rounded(cost.upperQuartile(), 4)));
      figures.put("selfShare", rounded(account.selfShare(), 5));
      figures.put("allocatedBytesPerIteration", rounded(account.allocatedBytes(), 1));
      figures.put("allocatedBytesPerIterationAll", rounded(account.allocatedBytesAll(), 1));
      figures.put("nd4jOpsPerIteration", rounded(cost.operations(), 2));
      figures.put("nd4jOpsPerIterationAll", rounded(cost.operationsAll(), 2));
    }
    return figures;
  }

  private static double rounded(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
