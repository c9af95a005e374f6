package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.slf4j.LoggerFactory;

/**
 * If the user's code fails, training continues as it would without that code, and so does the rest
 * of the listener. One warning names the failed code.
 */
final class FailingUserCodeTest {
  /** The same training runs without the failing code: without a policy, and with the plugin's. */
  private static final Map<Boolean, InjectedRun> WITHOUT = new HashMap<>();

  static Stream<Arguments> failures() {
    return Arrays.stream(UserCode.values())
        .flatMap(
            where ->
                Arrays.stream(ThrownByUser.values())
                    .filter(where::canFail)
                    .map(how -> Arguments.of(where, how)));
  }

  private static TrainingHealthListenerBuilder builder() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void shouldTrainAsWithoutCodeThatFails(UserCode where, ThrownByUser how) {
    TrainingHealthListenerBuilder failing = builder().protecting();
    where.fail(failing, how);
    Logger logger = (Logger) LoggerFactory.getLogger("dev.traininghealth");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    InjectedRun run;
    try {
      run = train(failing.build());
      run.listener.close();
    } catch (Throwable e) { // some of them would end JUnit itself
      throw new AssertionError("The training was ended by " + e.getClass());
    } finally {
      logger.detachAppender(logged);
    }
    InjectedRun without = without(where.isPolicy());

    assertThat(NetworkBits.of(run.net)).isEqualTo(NetworkBits.of(without.net));
    assertThat(run.listener.interventions().stream().map(Intervention::kind))
        .isEqualTo(without.listener.interventions().stream().map(Intervention::kind).toList());
    if (!where.isPolicy()) {
      assertThat(run.listener.interventions()).anyMatch(i -> i.kind() == Kind.SKIP);
    }
    assertThat(warnings(logged, where)).hasSize(1);
    assertThat(warnings(logged, where).get(0)).contains("failed (").contains("Training continues");
    assertThat(Thread.interrupted())
        .as("the interrupt that was swallowed on this thread")
        .isEqualTo(how == ThrownByUser.INTERRUPTED && !where.name().startsWith("ON_"));
  }

  private static InjectedRun without(boolean policy) {
    return WITHOUT.computeIfAbsent(
        policy, p -> train((p ? builder() : builder().protecting()).build()));
  }

  private static List<String> warnings(ListAppender<ILoggingEvent> logged, UserCode where) {
    return List.copyOf(logged.list).stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .filter(message -> message.contains(where.named))
        .toList();
  }

  /** Ends one epoch, and trains on some non-finite values. */
  private static InjectedRun train(TrainingHealthListener listener) {
    InjectedRun run = new InjectedRun(LearningNetwork.MLP, new Adam(1e-3), listener).until(7);
    listener.onEpochEnd(run.net);
    listener.onEpochStart(run.net);
    run.until(9);
    for (int i = 0; i < 2; i++) {
      DataSet bad = run.next();
      bad.getFeatures().putScalar(0, Float.NaN);
      run.net.fit(bad);
    }
    return run.until(14);
  }
}
