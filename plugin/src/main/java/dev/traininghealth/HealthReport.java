package dev.traininghealth;

import dev.traininghealth.report.FileWatch;
import dev.traininghealth.report.Outcome;
import dev.traininghealth.report.ReportException;
import dev.traininghealth.report.ReportedSeverity;
import dev.traininghealth.report.SessionReport;
import dev.traininghealth.report.StorageFile;
import dev.traininghealth.text.ThrowableText;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.StatsStorage;
import org.jspecify.annotations.Nullable;

/**
 * Reports what was found in a recorded run, as a program for the command line and for builds.
 *
 * <pre>
 * java -cp ... dev.traininghealth.HealthReport FILE [--session ID] [--format text|json|html]
 *     [--output FILE] [--language CODE] [--fail-on info|warning|critical] [--baseline FILE]
 *     [--baseline-session ID] [--watch]
 * </pre>
 *
 * <p>{@code FILE} is the file of a {@code FileStatsStorage}, of which a copy is read, or one that
 * {@link TrainingHealthListenerBuilder#jsonLines} has written. The report names the diagnoses with
 * their remedies, what protection did, what was checked and what was not. The exit code is 0 if
 * enough was checked and nothing of that severity was found (by default WARNING), 1 if something
 * was found, resolved or not, and 2 if that cannot be said: there are no records, they cannot be
 * read, or too little was checked. It is never 0 for want of evidence.
 *
 * <p>The HTML is the Health page with the data of the run, as one file that a browser opens without
 * a server or a network. Neither DL4J's UI server nor Vert.x is needed for it, only Apache ECharts
 * from its WebJar, which this plugin depends on. Without it the file has the text of the report.
 *
 * <p>With a baseline, the run is also held against one that was good, as {@link
 * TrainingHealth#compare} does. A departure from it counts as INFO.
 *
 * <p>With {@code --watch} the run may still train: each new finding is reported once, until no
 * program has the file of a {@code FileStatsStorage} open any more, or a file of JSON lines says
 * that the run has ended. The exit code is then that of the last report.
 */
public final class HealthReport {
  private static final String HELP =
      """
      Reports what was found in a recorded training run.

      HealthReport FILE [options]
        FILE               the file of a FileStatsStorage or of JSON lines, which is not
                           changed
        --session ID       the session (default: the one that was started last)
        --format FORMAT    text (default), json, or html: the Health page in one file
        --output FILE      writes the report into a file instead of printing it
        --language CODE    language of the html: en (default), de, ja, ko, ru or zh
        --fail-on SEVERITY info, warning (default) or critical: the mildest that counts as found
        --baseline FILE    compares the run with one that was good; a departure counts as info
        --baseline-session ID
                           the session of that run (default: the one that was started last)
        --watch            reports each finding once while the run trains, until it has ended
        --help             this text

      Exit code: 0 nothing was found by enough checks; 1 something was found;
      2 it cannot be said: no records, unreadable ones, too little checked, or a wrong option.
      """;

  private static final String TEXT = "text";
  private static final String JSON = "json";
  private static final String HTML = "html";
  private static final String ENGLISH = "en";

  private static final int UNJUDGED = Outcome.UNJUDGED.exitCode();

  private HealthReport() {}

  private record Options(
      Path file,
      @Nullable String session,
      String format,
      @Nullable Path output,
      @Nullable String language,
      ReportedSeverity failOn,
      @Nullable Path baseline,
      @Nullable String baselineSession,
      boolean watch) {
    Options {
      if (baselineSession != null && baseline == null) {
        throw new IllegalArgumentException("--baseline-session needs --baseline");
      }
      if (language != null && !format.equals(HTML)) {
        throw new IllegalArgumentException("--language needs --format html");
      }
      if (watch && (output != null || format.equals(HTML))) {
        throw new IllegalArgumentException("--watch prints text or json");
      }
    }
  }

  /**
   * Reports on a file, and ends the JVM with the exit code.
   *
   * @param args as described above
   */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /**
   * Reports on a file.
   *
   * @param args as described above
   * @param out the stream for the report
   * @param err the stream for the reason why there is none
   * @return the exit code
   */
  static int run(String[] args, PrintStream out, PrintStream err) {
    if (List.of(args).contains("--help")) {
      out.print(HELP);
      return 0;
    }
    try {
      Options options = options(Arrays.asList(args).iterator());
      if (options.watch()) {
        return watch(options, out).outcome(options.failOn()).exitCode();
      }
      try (StorageFile file = StorageFile.open(options.file());
          Baseline baseline = Baseline.open(options)) {
        SessionReport report =
            baseline.compared(SessionReport.read(file.storage(), options.session()));
        write(report, options, out);
        return report.outcome(options.failOn()).exitCode();
      }
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.print(HELP);
      return UNJUDGED;
    } catch (ReportException e) {
      err.println(e.getMessage());
      return UNJUDGED;
    } catch (IOException | RuntimeException | LinkageError e) {
      err.println("The file cannot be read: " + ThrowableText.of(e));
      return UNJUDGED;
    }
  }

  private static SessionReport watch(Options options, PrintStream out)
      throws ReportException, IOException {
    try (Baseline baseline = Baseline.open(options)) {
      baseline.check(); // before the watch, which takes what is missing for not written yet
    }
    return new FileWatch(
            options.file(),
            file -> {
              try (Baseline baseline = Baseline.open(options)) {
                return baseline.compared(SessionReport.read(file.storage(), options.session()));
              }
            },
            () -> Thread.sleep(FileWatch.PAUSE_MILLIS),
            out,
            options.format().equals(JSON))
        .run();
  }

  /** The baseline run of the options, as long as a report reads from it. */
  private record Baseline(@Nullable StorageFile file, @Nullable String session)
      implements AutoCloseable {
    static Baseline open(Options options) throws ReportException, IOException {
      Path baseline = options.baseline();
      String session = options.baselineSession();
      if (baseline == null) {
        return new Baseline(null, null);
      }
      if (session == null && Files.exists(baseline) && Files.isSameFile(baseline, options.file())) {
        throw new IllegalArgumentException(
            "--baseline-session is needed, because the baseline run is in the same file");
      }
      return new Baseline(StorageFile.open(baseline), session);
    }

    void check() throws ReportException {
      if (file != null) {
        SessionReport.read(file.storage(), session);
      }
    }

    SessionReport compared(SessionReport report) throws ReportException {
      return file == null ? report : report.comparedWith(file.storage(), session);
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        file.close();
      }
    }
  }

  private static void write(SessionReport report, Options options, PrintStream out)
      throws ReportException, IOException {
    String language = options.language();
    String written =
        switch (options.format()) {
          case JSON -> report.json();
          case HTML -> report.html(language == null ? ENGLISH : language);
          default -> report.text();
        };
    Path output = options.output();
    if (output != null) {
      save(written, output);
    } else if (options.format().equals(HTML)) {
      // The file says that it is in UTF-8, whatever the console is.
      out.write(written.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } else {
      out.print(written);
    }
  }

  private static void save(String report, Path file) throws ReportException {
    try {
      Files.writeString(file, report);
    } catch (IOException e) {
      throw ReportException.notWritten(file, e);
    }
  }

  /**
   * Returns a report in plain text.
   *
   * @param storage the storage of the records
   * @param session the session; null for the one that was started last
   * @return the report, several lines
   * @throws IllegalArgumentException if there is no such session with records of this plugin
   */
  public static String text(StatsStorage storage, @Nullable String session) {
    try {
      return SessionReport.read(storage, session).text();
    } catch (ReportException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Writes a session as one HTML file: the Health page with the data of the run, which a browser
   * opens without a server or a network. Without Apache ECharts on the class path, which is one of
   * the plugin's dependencies, the file has the text of the report.
   *
   * @param storage the storage of the records
   * @param session the session; null for the one that was started last
   * @param file the file, which is replaced if it exists
   * @throws IllegalArgumentException if there is no such session with records of this plugin
   * @throws IOException if the file cannot be written
   */
  public static void write(StatsStorage storage, @Nullable String session, Path file)
      throws IOException {
    try {
      Files.writeString(file, SessionReport.read(storage, session).html(ENGLISH));
    } catch (ReportException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Options options(Iterator<String> args) {
    Path file = null;
    String session = null;
    String format = TEXT;
    Path output = null;
    String language = null;
    ReportedSeverity failOn = ReportedSeverity.WARNING;
    Path baseline = null;
    String baselineSession = null;
    boolean watch = false;
    while (args.hasNext()) {
      String arg = args.next();
      switch (arg) {
        case "--session" -> session = value(arg, args);
        case "--format" -> format = choice(arg, args, List.of(TEXT, JSON, HTML));
        case "--output" -> output = Path.of(value(arg, args));
        case "--language" -> language = choice(arg, args, SessionReport.languages());
        case "--fail-on" ->
            failOn =
                ReportedSeverity.valueOf(choice(arg, args, severities()).toUpperCase(Locale.ROOT));
        case "--baseline" -> baseline = Path.of(value(arg, args));
        case "--watch" -> watch = true;
        case "--baseline-session" -> baselineSession = value(arg, args);
        default -> {
          if (arg.startsWith("--") || file != null) {
            throw new IllegalArgumentException("Unknown option " + arg);
          }
          file = Path.of(arg);
        }
      }
    }
    if (file == null) {
      throw new IllegalArgumentException("FILE is missing");
    }
    return new Options(
        file, session, format, output, language, failOn, baseline, baselineSession, watch);
  }

  private static List<String> severities() {
    return Arrays.stream(ReportedSeverity.values())
        .map(severity -> severity.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.toList());
  }

  private static String value(String option, Iterator<String> args) {
    if (!args.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return args.next();
  }

  private static String choice(String option, Iterator<String> args, List<String> choices) {
    String value = value(option, args);
    if (!choices.contains(value)) {
      throw new IllegalArgumentException(
          option + " must be one of " + String.join(", ", choices) + ", was " + value);
    }
    return value;
  }
}
