package dev.traininghealth.record;

import dev.traininghealth.text.Message;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The record of a run: its {@link RunDescription}, and what its checks have looked at so far. A
 * storage keeps one per worker as static information, without checks, and one per run among the
 * updates, which is put again when the checks have changed.
 */
public final class RunRecord extends HealthRecord {
  @Serial private static final long serialVersionUID = 1L;
  private transient volatile @Nullable Contents parsed;

  /** What the bytes hold. */
  record Contents(
      RunDescription description,
      Coverage coverage,
      ClassScores classScores,
      Histograms histograms) {}

  /**
   * What the checks of a run have looked at.
   *
   * @param conclusive whether enough of them have seen enough for a verdict; false without checks
   * @param checks each of them; empty if they were not recorded, as by earlier versions
   */
  public record Coverage(boolean conclusive, List<Check> checks) {
    /** Nothing is known of any check. */
    public static final Coverage NONE = new Coverage(false, List.of());

    /** Copies the list. */
    public Coverage {
      checks = List.copyOf(checks);
    }
  }

  /**
   * What one check has looked at.
   *
   * @param name name of the detector, or of what else checks; data, never markup
   * @param state {@code CHECKED}, {@code TOO_EARLY} or {@code NOT_CHECKED}
   * @param first first iteration that it has looked at; -1 for none
   * @param last last such iteration; -1 for none
   * @param count number of measurements of the kind that was taken least often
   * @param message the same in words: iterations, or the reason why it has not looked
   */
  public record Check(
      String name, String state, long first, long last, long count, Message message) {
    /** Checks that no component is null. */
    public Check {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(message, "message");
    }
  }

  /**
   * How often a classifier was right on validation data, at some epochs.
   *
   * @param names names of the classes, or their numbers if they have none; data, never markup
   * @param epochs the results, oldest first; empty if there are none
   * @param seconds time that counting has taken so far, without the forward passes of validation
   */
  public record ClassScores(List<String> names, List<EpochScores> epochs, double seconds) {
    /** There are no results, as in regression. */
    public static final ClassScores NONE = new ClassScores(List.of(), List.of(), 0);

    /** Copies the lists. */
    public ClassScores {
      names = List.copyOf(names);
      epochs = List.copyOf(epochs);
    }
  }

  /**
   * The results of one epoch.
   *
   * @param epoch DL4J's number of it, from 0
   * @param iteration the last iteration before, from 0
   * @param classes one for each class
   */
  public record EpochScores(int epoch, long iteration, List<ClassScore> classes) {
    /** Copies the list. */
    public EpochScores {
      classes = List.copyOf(classes);
    }
  }

  /**
   * The result of one class.
   *
   * @param precision share of the predictions of this class that are right, 0 to 1; NaN without any
   * @param recall share of its examples that are predicted, 0 to 1; NaN without any
   * @param f1 harmonic mean of both, 0 to 1; NaN without examples and predictions
   * @param examples number of its examples
   */
  public record ClassScore(double precision, double recall, double f1, long examples) {}

  /**
   * Histograms of the parameters' elements at some iterations.
   *
   * @param snapshots in the order of the iterations; empty if there are none
   */
  public record Histograms(List<Snapshot> snapshots) {
    /** There are none, as in records of earlier versions. */
    public static final Histograms NONE = new Histograms(List.of());

    /** Copies the list. */
    public Histograms {
      snapshots = List.copyOf(snapshots);
    }
  }

  /**
   * The histograms of about one iteration, one for each of {@link RunDescription#parameters()}.
   *
   * @param iteration the iteration at which the last of them was measured
   * @param weights of the parameters' elements
   * @param updates of the elements of their updates
   */
  public record Snapshot(long iteration, List<Bins> weights, List<Bins> updates) {
    /** Copies the lists. */
    public Snapshot {
      weights = List.copyOf(weights);
      updates = List.copyOf(updates);
    }
  }

  /**
   * A histogram of equal bins.
   *
   * @param min left edge of the first bin
   * @param max right edge of the last bin
   * @param heights the bins' counts relative to the largest of them, a digit of base 36 each: 0 for
   *     an empty bin, z for the highest; empty if there is no histogram
   */
  public record Bins(double min, double max, String heights) {
    /** There is no histogram, as of the updates of a frozen layer. */
    public static final Bins NONE = new Bins(0, 0, "");

    private static final int MAX_BINS = 100;

    /** Checks the values. */
    public Bins {
      if (!(min <= max)
          || Double.isInfinite(min)
          || Double.isInfinite(max)
          || heights.length() > MAX_BINS
          || !heights.chars().allMatch(Bins::isDigit)) {
        throw new IllegalArgumentException(
            "no histogram from " + min + " to " + max + " with " + heights.length() + " bins");
      }
    }

    private static boolean isDigit(int character) {
      return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z');
    }
  }

  /** Creates an empty record to decode bytes into, as storages do. */
  public RunRecord() {}

  private RunRecord(String sessionId, String workerId, long timestamp, byte[] payload) {
    super(sessionId, workerId, timestamp, 0, payload);
  }

  /**
   * Creates a record of the text that {@link #json} has returned.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp the key of its place in the storage
   * @param json a JSON object
   * @return the record
   * @throws RecordException if the text is no such record
   * @hidden
   */
  public static RunRecord ofJson(String sessionId, String workerId, long timestamp, String json)
      throws RecordException {
    RunRecord record =
        new RunRecord(sessionId, workerId, timestamp, json.getBytes(StandardCharsets.UTF_8));
    Objects.requireNonNull(record.contents());
    return record;
  }

  /**
   * Creates a record of a run.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp its key, milliseconds since 1970
   * @param description the description of the run
   */
  public RunRecord(String sessionId, String workerId, long timestamp, RunDescription description) {
    this(sessionId, workerId, timestamp, description, Coverage.NONE);
  }

  /**
   * Creates a record of a run and its checks.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp its key, milliseconds since 1970
   * @param description the description of the run
   * @param coverage what the checks have looked at
   */
  public RunRecord(
      String sessionId,
      String workerId,
      long timestamp,
      RunDescription description,
      Coverage coverage) {
    this(sessionId, workerId, timestamp, description, coverage, ClassScores.NONE);
  }

  /**
   * Creates a record of a run, its checks and its validation.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp its key, milliseconds since 1970
   * @param description the description of the run
   * @param coverage what the checks have looked at
   * @param classScores results on validation data by class
   */
  public RunRecord(
      String sessionId,
      String workerId,
      long timestamp,
      RunDescription description,
      Coverage coverage,
      ClassScores classScores) {
    this(sessionId, workerId, timestamp, description, coverage, classScores, Histograms.NONE);
  }

  /**
   * Creates a record of a run with all that it may hold.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp its key, milliseconds since 1970
   * @param description the description of the run
   * @param coverage what the checks have looked at
   * @param classScores results on validation data by class
   * @param histograms histograms of the parameters at some iterations
   */
  public RunRecord(
      String sessionId,
      String workerId,
      long timestamp,
      RunDescription description,
      Coverage coverage,
      ClassScores classScores,
      Histograms histograms) {
    this(
        sessionId,
        workerId,
        timestamp,
        new Contents(description, coverage, classScores, histograms));
  }

  private RunRecord(String sessionId, String workerId, long timestamp, Contents contents) {
    super(sessionId, workerId, timestamp, 0, RunPayload.write(contents));
    parsed = contents;
  }

  /**
   * {@return the recorded description}
   *
   * @throws RecordException if the record is of a newer version, or broken
   */
  public RunDescription description() throws RecordException {
    return contents().description();
  }

  /**
   * {@return what the checks of the run have looked at}
   *
   * @throws RecordException if the record is of a newer version, or broken
   */
  public Coverage coverage() throws RecordException {
    return contents().coverage();
  }

  /**
   * {@return results on validation data by class}
   *
   * @throws RecordException if the record is of a newer version, or broken
   */
  public ClassScores classScores() throws RecordException {
    return contents().classScores();
  }

  /**
   * {@return histograms of the parameters at some iterations}
   *
   * @throws RecordException if the record is of a newer version, or broken
   */
  public Histograms histograms() throws RecordException {
    return contents().histograms();
  }

  private Contents contents() throws RecordException {
    Contents contents = parsed;
    if (contents == null) {
      contents = RunPayload.read(payload());
      parsed = contents;
    }
    return contents;
  }

  @Override
  byte kind() {
    return 1;
  }

  @Override
  void forgetParsed() {
    parsed = null;
  }
}
