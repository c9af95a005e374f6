package dev.traininghealth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may go wrong around a training. Each fault is a row of the README's table and of {@link
 * FaultMatrixTest}: the training has the same bits as without the plugin, the log has the named
 * warnings and no others, no thread of the plugin is left, and the listener holds no more than in a
 * training without a fault.
 *
 * <p>A fault that another class tests names that class.
 */
@SuppressWarnings("ImmutableEnumChecker") // its lists are not changed, its scenes hold nothing
enum Fault {
  STORAGE_THROWS(
      "a storage throws exceptions",
      "The listener keeps the records, older ones coarser, and tries again.",
      StorageFaults::throwing,
      "accepts no records: java.lang.IllegalStateException: of the user",
      "120 of 120 iterations are not stored"),
  STORAGE_THROWS_ERRORS(
      "a storage throws errors, or what cannot even be printed",
      "The same.",
      StorageFaults::throwingErrors,
      "accepts no records: dev.traininghealth.UnprintableException",
      "120 of 120 iterations are not stored"),
  STORAGE_BLOCKS(
      "a storage blocks for ever",
      "The same. The end of the run waits two seconds for it.",
      StorageFaults::blocking,
      "120 of 120 iterations are not stored"),
  STORAGE_IS_SLOW(
      "a storage is slow", "Records arrive later. Nothing is lost.", StorageFaults::slow),
  STORAGE_IS_CLOSED(
      "a storage is closed during training",
      "What was stored before can be read.",
      StorageFaults::closed,
      "accepts no records: it is closed",
      "of 120 iterations are not stored"),
  DISK_IS_FULL(
      "the disk is full",
      "What was stored before can be read. The listener keeps the rest and tries again.",
      StorageFaults::full,
      "SQLITE_FULL",
      "of 120 iterations are not stored"),
  FILE_IS_READ_ONLY(
      "the file of a storage is read-only",
      "The listener keeps the records and tries again.",
      StorageFaults::readOnly,
      "SQLITE_READONLY",
      "120 of 120 iterations are not stored"),
  REMOTE_UI_REFUSES(
      "a remote UI refuses connections until DL4J's router gives up",
      "The listener keeps the records; the router takes no more.",
      RemoteFaults::refusing,
      "accepts no records",
      "120 of 120 iterations are not stored"),
  REMOTE_UI_IS_SILENT(
      "a remote UI accepts connections and never answers",
      "The listener keeps the records, and limits what waits in DL4J's router.",
      RemoteFaults::silent,
      "120 of 120 iterations are not stored"),
  REMOTE_UI_FAILS(
      "a remote UI answers with an error",
      "The listener keeps the records and sends them again.",
      RemoteFaults::failing,
      "accepts no records",
      "120 of 120 iterations are not stored"),
  REMOTE_UI_COMES_BACK(
      "a remote UI cannot be reached for a while",
      "All records are sent again, because DL4J's router drops one at each failure.",
      RemoteFaults::returning,
      "accepts no records",
      "60 of 60 iterations are not stored"),
  RECORDS(
      "the storage holds records that are broken, foreign, huge, or of a newer version",
      "The page lists them and shows the rest.",
      StorageFaults::foreignRecords),
  UI_BEFORE("the UI is started before training", "The page follows it.", UiFaults::before),
  UI_DURING(
      "the UI is started and stopped during training",
      "The page shows the whole run.",
      UiFaults::during),
  UI_AFTER("the UI is started after training", "The page shows the whole run.", UiFaults::after),
  UI_NEVER(
      "there is no UI, not even its libraries",
      "Training needs none.",
      TrainingWithoutUiTest.class),
  USER_CODE(
      "code of yours throws or returns null: detector, factory, policy, clipping rule, callback,"
          + " validation data",
      "The rest of the listener continues without it.",
      FailingUserCodeTest.class),
  TWO_LISTENERS(
      "two protecting listeners are attached to one network",
      "The first protects. Both record.",
      TrainingFaults::twoListeners,
      "The run is observed, not protected: another listener protects"),
  TWO_NETWORKS(
      "one listener is attached to two networks that are trained in turns",
      "Each network has a run of its own.",
      TrainingFaults::twoNetworks),
  TWO_THREADS(
      "one listener is attached to two networks that two threads train at once",
      "Each network has a run of its own.",
      TrainingFaults::twoThreads),
  NO_PARAMETERS(
      "a network has no parameters", "Its score is recorded.", TrainingFaults::noParameters),
  ONE_PARAMETER(
      "a network has one parameter", "It is measured and protected.", TrainingFaults::oneParameter),
  MANY_LAYERS(
      "a network has 500 layers", "It is measured and protected.", TrainingFaults::manyLayers),
  MANY_PARAMETERS(
      "a network has 20 million parameters",
      "It is measured and protected.",
      TrainingFaults::manyParameters),
  NAN_FROM_THE_START(
      "parameters are NaN from the start",
      "The run is observed, not protected, because there is no state to protect.",
      TrainingFaults::damagedStart,
      "non_finite (CRITICAL)",
      "The run is observed, not protected: 1_b holds NaN or Infinity before its first step"),
  INTERRUPT(
      "the training thread is interrupted",
      "Nothing is lost. The thread stays interrupted.",
      TrainingFaults::interrupted),
  DATA_THROWS(
      "your data iterator throws",
      "The exception reaches you. Training may go on.",
      TrainingFaults::throwingData),
  SYSTEM_EXIT(
      "the program ends with `System.exit`",
      "Records have ten more seconds, failure bundles two.",
      ExitingProgramTest.class);

  /** The fault, as the start of a sentence. */
  final String what;

  /** What happens then, as sentences. */
  final String effect;

  /** A part of each warning, in order. */
  final List<String> warnings;

  /** The class that tests it; null if {@link FaultMatrixTest} does. */
  final @Nullable Class<?> test;

  private final @Nullable Scene scene;

  /** A training to its end, with the fault. */
  interface Scene {
    void train(FaultRun run) throws Exception;
  }

  Fault(String what, String effect, Scene scene, String... warnings) {
    this.what = what;
    this.effect = effect;
    this.scene = scene;
    this.warnings = List.of(warnings);
    test = null;
  }

  Fault(String what, String effect, Class<?> test) {
    this.what = what;
    this.effect = effect;
    this.test = test;
    scene = null;
    warnings = List.of();
  }

  /** {@return whether it takes too long for each build} */
  boolean isFull() {
    return this == MANY_LAYERS || this == MANY_PARAMETERS;
  }

  /** Trains to the end, with the fault, and closes the listener. */
  void train(FaultRun run) throws Exception {
    if (scene == null) {
      throw new IllegalStateException(this + " is tested by " + test);
    }
    scene.train(run);
  }
}
