package dev.traininghealth.samples.soak;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A column of the table, with the growth over half of a run up to which it counts as flat.
 *
 * <p>The growth is the slope of the straight line through the rows of the last half, times the
 * iterations from the first of them to the last. It must not exceed a share of their mean, or an
 * absolute amount below which it is noise. A column that falls is flat.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions are method references
enum Column {
  /** Java heap: a garbage collection leaves some megabytes more or less. */
  HEAP("heap, MB", ResourceUse::heap, 0.05, 2 << 20),
  /** Resident memory: the C library keeps freed memory, and the collector touches its heap. */
  RESIDENT("resident, MB", ResourceUse::resident, 0.05, 8 << 20),
  /** Memory of JavaCPP's pointers. */
  POINTERS("JavaCPP, kB", ResourceUse::pointers, 0.02, 64 << 10),
  /** Memory of ND4J's workspaces and constants. */
  WORKSPACES("ND4J, kB", ResourceUse::workspaces, 0.02, 64 << 10),
  /** Threads: those of pools come and go. */
  THREADS("threads", ResourceUse::threads, 0, 2),
  /** File handles: those of connections come and go. */
  HANDLES("file handles", ResourceUse::handles, 0, 4),
  /**
   * Files of the storage: the columns of a run grow with the logarithm of its iterations. MapDB
   * enlarges its file by 1 MB at a time, and one such step raises the line by up to 1.29 MB.
   */
  STORAGE("storage, MB", ResourceUse::storage, 0.1, 1.3 * (1 << 20)),
  /** Time of the listener: other load of the machine moves it. */
  LISTENER("listener, µs", ResourceUse::listenerMicros, 0.25, 10),
  /** Number of interventions, which is not judged. */
  INTERVENTIONS("interventions", ResourceUse::interventions, Double.POSITIVE_INFINITY, 0);

  /** Rows of the last half that are needed to judge it. */
  static final int MIN_ROWS = 3;

  private static final double MEGABYTE = 1 << 20;
  private static final double KILOBYTE = 1 << 10;

  private final String title;
  private final ToDoubleFunction<ResourceUse> value;
  private final double maxShare;
  private final double maxAmount;

  Column(String title, ToDoubleFunction<ResourceUse> value, double maxShare, double maxAmount) {
    this.title = title;
    this.value = value;
    this.maxShare = maxShare;
    this.maxAmount = maxAmount;
  }

  String title() {
    return title;
  }

  /** The name in the last line, without the unit. */
  String shortTitle() {
    return title.replaceAll(",.*", "");
  }

  boolean isJudged() {
    return Double.isFinite(maxShare);
  }

  /** A cell of the table. */
  String cell(ResourceUse row) {
    double v = value.applyAsDouble(row);
    if (title.endsWith("MB")) {
      return String.format(Locale.ROOT, "%.1f", v / MEGABYTE);
    }
    return String.format(Locale.ROOT, "%,d", Math.round(title.endsWith("kB") ? v / KILOBYTE : v));
  }

  /**
   * Whether the column is flat.
   *
   * @param rows the rows of the last half, at least {@value #MIN_ROWS}
   */
  boolean isFlat(List<ResourceUse> rows) {
    double mean = rows.stream().mapToDouble(value).average().orElse(0);
    return growth(rows) <= Math.max(maxShare * Math.abs(mean), maxAmount);
  }

  /** Growth over the rows by the straight line through them; negative if the column falls. */
  private double growth(List<ResourceUse> rows) {
    double meanX = rows.stream().mapToDouble(ResourceUse::iteration).average().orElse(0);
    double meanY = rows.stream().mapToDouble(value).average().orElse(0);
    double covariance = 0;
    double variance = 0;
    for (ResourceUse row : rows) {
      double x = row.iteration() - meanX;
      covariance += x * (value.applyAsDouble(row) - meanY);
      variance += x * x;
    }
    double range = rows.get(rows.size() - 1).iteration() - rows.get(0).iteration();
    return variance == 0 ? 0 : covariance / variance * range;
  }

  /** The rule in words, for the table's heading. */
  String tolerance() {
    String amount =
        title.endsWith("MB")
            ? String.format(Locale.ROOT, "%.1f MB", maxAmount / MEGABYTE)
            : title.endsWith("kB")
                ? String.format(Locale.ROOT, "%.0f kB", maxAmount / KILOBYTE)
                : String.format(Locale.ROOT, "%.0f", maxAmount);
    return maxShare == 0
        ? amount
        : String.format(Locale.ROOT, "%.0f %% or %s", 100 * maxShare, amount);
  }
}
