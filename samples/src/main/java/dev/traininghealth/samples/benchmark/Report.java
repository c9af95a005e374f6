package dev.traininghealth.samples.benchmark;

import dev.traininghealth.samples.benchmark.ModeResult.Account;
import dev.traininghealth.samples.benchmark.ModeResult.Cost;
import dev.traininghealth.samples.benchmark.ModeResult.Ratio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/** The results of all networks. */
public final class Report {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final String LEGEND =
      """
      ms: median step. ratio: step divided by the step of none in the same round, with quartiles.
      share: the listener's own time (callbacks and CPU time of its threads) in the training time, \
      without snapshots and trials, which have budgets of their own.
      us: the same per iteration, microseconds; cpu: its CPU time, without pauses of the JVM and what \
      other threads took of the core, but with snapshots and trials; median: callbacks of the median iteration, which \
      mostly read the gradient only; /limit: that median divided by one read of the gradient.
      bytes: allocated on the training thread, in the median iteration and mean. ops: the same of \
      ND4J operations.
      stored: bytes per iteration that the storage holds. first: seconds from the first fit to the \
      first record.
      """;

  private final List<NetworkResult> networks;
  private final String openMpThreads;

  Report(List<NetworkResult> networks, String openMpThreads) {
    this.networks = networks;
    this.openMpThreads = openMpThreads;
  }

  /**
   * Checks names of networks.
   *
   * @param names names, or several separated by commas
   * @throws IllegalArgumentException if one is unknown; the message lists all networks
   */
  public static void requireKnown(Collection<String> names) {
    Workload.named(names);
  }

  /**
   * Compares the modes.
   *
   * @param names names of networks, or several separated by commas; all if there are none
   * @param liveBaseline whether a run that is compared with a recorded one is among them
   * @param openMpThreads the environment's {@code OMP_NUM_THREADS}, for the reports
   * @param progress receives the current work, line by line
   * @throws IllegalArgumentException if a name is unknown
   */
  public static Report of(
      Collection<String> names,
      Effort effort,
      boolean liveBaseline,
      String openMpThreads,
      Consumer<String> progress) {
    List<NetworkResult> networks = new ArrayList<>();
    for (Workload workload : Workload.named(names)) {
      try (Comparison comparison = new Comparison(workload, effort, liveBaseline, progress)) {
        networks.add(comparison.run());
      }
    }
    return new Report(networks, openMpThreads);
  }

  /** The table for the console, with a line for each network and mode. */
  public String table() {
    Table table =
        new Table(
            "mode",
            "ms",
            "ratio",
            "quartiles",
            "share",
            "us",
            "cpu",
            "median",
            "/limit",
            "bytes",
            "mean",
            "ops",
            "mean",
            "stored",
            "first");
    for (NetworkResult network : networks) {
      table.add(network.name());
      for (ModeResult mode : network.modes()) {
        table.add(row(network, mode));
      }
    }
    StringBuilder text = new StringBuilder(table.text());
    text.append('\n').append(LEGEND).append('\n');
    for (NetworkResult network : networks) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %,d parameters, %s, one read of the gradient takes %s us, snapshots and trials"
                  + " take %.2f%% of the training%n",
              network.name(),
              network.parameters(),
              CommonSettings.UPDATER,
              micros(network.limitMicros()),
              100 * network.protectionShare()));
    }
    return text.append(warnings()).toString();
  }

  /** A line for each network during whose rounds the machine was not idle; empty for none. */
  String warnings() {
    StringBuilder text = new StringBuilder();
    for (NetworkResult network : networks) {
      ModeResult again = network.mode(Mode.NONE_AGAIN);
      if (!network.isIdle() && again != null && again.ratio() != null) {
        text.append(
            String.format(
                Locale.ROOT,
                "WARNING: the machine was not idle during %s: the ratio of none to none has the"
                    + " quartiles %.3f and %.3f. Use share and us, not ratio.%n",
                network.name(),
                again.ratio().lowerQuartile(),
                again.ratio().upperQuartile()));
      }
    }
    return text.toString();
  }

  /** The table for the README, without the date and the machine. */
  public String markdown() {
    Table table =
        new Table(
            "network",
            "parameters",
            "step, ms",
            "limit, µs",
            "`observing`: share",
            "CPU, µs",
            "cost / limit",
            "`protecting`: share",
            "CPU, µs",
            "`StatsListener`, every iteration",
            "every 10th");
    for (NetworkResult network : networks) {
      ModeResult none = network.mode(Mode.NONE);
      Account observing = network.account(Mode.OBSERVING);
      Account protecting = network.account(Mode.PROTECTING);
      table.add(
          network.name(),
          String.format(Locale.ROOT, "%,d", network.parameters()),
          none == null ? "" : significant(none.millis()),
          significant(network.limitMicros()),
          share(observing),
          observing == null ? "" : significant(observing.cpuMicros()),
          observing == null ? "" : significant(network.costPerLimit(observing)),
          share(protecting),
          protecting == null ? "" : significant(protecting.cpuMicros()),
          factor(network.mode(Mode.STATS_LISTENER_1)),
          factor(network.mode(Mode.STATS_LISTENER_10)));
    }
    return String.format(
            "<!-- Generated by OverheadBenchmark --out FILE --markdown, OMP_NUM_THREADS=%s -->%n%n",
            openMpThreads)
        + table.markdown();
  }

  private static List<String> row(NetworkResult network, ModeResult result) {
    List<String> row = new ArrayList<>();
    row.add("  " + result.mode().key());
    row.add(String.format(Locale.ROOT, "%.3f", result.millis()));
    Ratio ratio = result.ratio();
    if (ratio != null) {
      row.add(String.format(Locale.ROOT, "%.3f", ratio.median()));
      row.add(
          String.format(Locale.ROOT, "%.3f–%.3f", ratio.lowerQuartile(), ratio.upperQuartile()));
    }
    Cost cost = result.cost();
    if (cost != null) {
      Account account = cost.account();
      row.add(String.format(Locale.ROOT, "%.2f%%", 100 * account.selfShare()));
      row.add(micros(account.micros()));
      row.add(micros(account.cpuMicros()));
      row.add(micros(account.medianMicros()));
      row.add(String.format(Locale.ROOT, "%.2f", network.costPerLimit(account)));
      row.add(String.format(Locale.ROOT, "%.0f", account.allocatedBytes()));
      row.add(String.format(Locale.ROOT, "%.0f", account.allocatedBytesAll()));
      row.add(String.format(Locale.ROOT, "%.0f", cost.operations()));
      row.add(String.format(Locale.ROOT, "%.1f", cost.operationsAll()));
      row.add(String.format(Locale.ROOT, "%.0f", cost.storedBytes()));
      row.add(
          Double.isNaN(cost.firstRecordMillis())
              ? "none"
              : String.format(Locale.ROOT, "%.2f", cost.firstRecordMillis() / 1e3));
    }
    return row;
  }

  private static String micros(double micros) {
    return String.format(Locale.ROOT, micros < 100 ? "%.2f" : "%.0f", micros);
  }

  /** About three digits. */
  private static String significant(double value) {
    String format = value < 1 ? "%.2f" : value < 10 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }

  private static String share(@Nullable Account account) {
    return account == null ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * account.selfShare());
  }

  private static String factor(@Nullable ModeResult result) {
    Ratio ratio = result == null ? null : result.ratio();
    return ratio == null ? "" : String.format(Locale.ROOT, "× %.2f", ratio.median());
  }

  /** Writes the figures as JSON. */
  public void write(Path file) throws IOException {
    List<Map<String, Object>> list = new ArrayList<>();
    for (NetworkResult network : networks) {
      Map<String, Object> modes = new LinkedHashMap<>();
      for (ModeResult mode : network.modes()) {
        modes.put(mode.mode().key(), figures(network, mode));
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", network.name());
      entry.put("parameters", network.parameters());
      entry.put("updater", CommonSettings.UPDATER);
      entry.put("limitMicros", rounded(network.limitMicros(), 3));
      entry.put("idle", network.isIdle());
      entry.put("protectionShare", rounded(network.protectionShare(), 5));
      entry.put("modes", modes);
      list.add(entry);
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("openMpThreads", openMpThreads);
    root.put("networks", list);
    Files.write(file, JSON.writeValueAsBytes(root));
  }

  private static Map<String, Object> figures(NetworkResult network, ModeResult result) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("ms", rounded(result.millis(), 4));
    Ratio ratio = result.ratio();
    if (ratio != null) {
      figures.put("ratio", rounded(ratio.median(), 4));
      figures.put(
          "ratioQuartiles",
          List.of(rounded(ratio.lowerQuartile(), 4), rounded(ratio.upperQuartile(), 4)));
    }
    Cost cost = result.cost();
    if (cost != null) {
      Account account = cost.account();
      figures.put("selfShare", rounded(account.selfShare(), 5));
      figures.put("microsPerIteration", rounded(account.micros(), 3));
      figures.put("cpuMicrosPerIteration", rounded(account.cpuMicros(), 3));
      figures.put("callbackMicrosMedian", rounded(account.medianMicros(), 3));
      figures.put("costPerLimit", rounded(network.costPerLimit(account), 3));
      figures.put("allocatedBytesPerIteration", rounded(account.allocatedBytes(), 1));
      figures.put("allocatedBytesPerIterationAll", rounded(account.allocatedBytesAll(), 1));
      figures.put("nd4jOpsPerIteration", rounded(cost.operations(), 2));
      figures.put("nd4jOpsPerIterationAll", rounded(cost.operationsAll(), 2));
      figures.put("storedBytesPerIteration", rounded(cost.storedBytes(), 1));
      if (!Double.isNaN(cost.firstRecordMillis())) {
        figures.put("firstRecordMillis", rounded(cost.firstRecordMillis(), 1));
      }
    }
    return figures;
  }

  private static double rounded(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
