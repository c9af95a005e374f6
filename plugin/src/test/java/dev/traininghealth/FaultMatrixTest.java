package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever fails around a training, it has the same bits, and the log says once what is lost. */
@Timeout(240)
final class FaultMatrixTest {
  /**
   * Objects and array elements that the listener may hold more for a network than without a fault,
   * a tenth of all. It depends on the recorder's thread whether reports wait for a moment.
   */
  private static final long MAX_MORE_HELD = 20_000;

  private static final long MAX_THREAD_END_MILLIS = 20_000;

  private static final AtomicReference<Long> HELD_WITHOUT_FAULT = new AtomicReference<>();

  @TempDir Path folder;

  static Stream<Fault> faults() {
    return tested().filter(fault -> !fault.isFull());
  }

  static Stream<Fault> expensiveFaults() {
    return tested().filter(Fault::isFull);
  }

  private static Stream<Fault> tested() {
    return Arrays.stream(Fault.values()).filter(fault -> fault.test == null);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void shouldTrainAsWithoutThePlugin(Fault fault) throws Exception {
    FaultRun alone = new FaultRun(Files.createDirectory(folder.resolve("alone")), false);
    inThreadOfItsOwn(fault, alone);
    for (AutoCloseable each : alone.opened) {
      each.close();
    }
    Set<Thread> before = threads();
    FaultRun run = new FaultRun(Files.createDirectory(folder.resolve("with")), true);
    List<String> warnings;
    try (CapturedLog log = new CapturedLog("dev.traininghealth")) {
      inThreadOfItsOwn(fault, run);
      shouldEndAllThreadsBut(before);
      // On a busy machine a storage that blocks may do so for five seconds.
      warnings = log.warnings().stream().filter(w -> !w.contains("has not answered for")).toList();
    }
    for (AutoCloseable each : run.opened) {
      each.close();
    }

    assertThat(FaultRun.bits(run.net)).isEqualTo(FaultRun.bits(alone.net));
    assertThat(warnings).hasSameSizeAs(fault.warnings);
    for (int i = 0; i < warnings.size(); i++) {
      assertThat(warnings.get(i)).contains(fault.warnings.get(i));
    }
    if (run.isOfTheUsualNetwork()) {
      assertThat(run.held)
          .as("objects and array elements that the listener holds")
          .isLessThan(run.networks * (heldWithoutFault() + MAX_MORE_HELD));
    }
  }

  @Tag("full")
  @ParameterizedTest
  @MethodSource("expensiveFaults")
  void shouldTrainAsWithoutThePluginAtAnySize(Fault fault) throws Exception {
    shouldTrainAsWithoutThePlugin(fault);
  }

  private long heldWithoutFault() throws Exception {
    Long held = HELD_WITHOUT_FAULT.get();
    if (held == null) {
      FaultRun run = new FaultRun(folder, true);
      run.train(FaultRun.inMemory());
      held = run.held;
      HELD_WITHOUT_FAULT.set(held);
    }
    return held;
  }

  /** The plugin watches the end of the thread that trains. */
  private static void inThreadOfItsOwn(Fault fault, FaultRun run) throws InterruptedException {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread trainer =
        new Thread(
            () -> {
              try {
                fault.train(run);
              } catch (Throwable e) { // also Errors
                failure.set(e);
              }
            },
            "trainer");
    trainer.start();
    trainer.join();
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("The training ended by " + thrown, thrown);
    }
  }

  private static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  private static void shouldEndAllThreadsBut(Set<Thread> before) throws InterruptedException {
    for (Thread thread : threads()) {
      if (thread.getName().startsWith("training-health") && !before.contains(thread)) {
        thread.join(MAX_THREAD_END_MILLIS);
        assertThat(thread.isAlive()).as("%s is alive", thread).isFalse();
      }
    }
  }

  /** The README lists all faults, with the number of their warnings. */
  @Test
  void shouldBeDocumented() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    String rows =
        Arrays.stream(Fault.values()).map(FaultMatrixTest::row).collect(Collectors.joining("\n"));

    assertThat(readme)
        .contains("| fault | what happens | warnings |\n| --- | --- | ---: |\n" + rows + "\n\n");
  }

  private static String row(Fault fault) {
    String warnings = fault.test == null ? String.valueOf(fault.warnings.size()) : "–";
    return "| " + fault.what + " | " + fault.effect + " | " + warnings + " |";
  }
}
