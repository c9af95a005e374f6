package dev.traininghealth.samples.corpus;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.TrainingStoppedException;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The mode of the listener in a run. */
public enum WatchMode {
  /** It measures and diagnoses, but changes nothing. */
  OBSERVING("observing") {
    @Override
    TrainingHealthListenerBuilder configured(TrainingHealthListenerBuilder builder) {
      return builder;
    }
  },

  /** It also intervenes, with default settings. */
  PROTECTING("protecting") {
    @Override
    TrainingHealthListenerBuilder configured(TrainingHealthListenerBuilder builder) {
      return builder.protecting();
    }

    @Override
    boolean isStop(RuntimeException thrown) {
      return thrown instanceof TrainingStoppedException;
    }
  },

  /** It tries changes at random iterations without a problem, and adopts none. */
  FORCED("forced") {
    @Override
    TrainingHealthListenerBuilder configured(TrainingHealthListenerBuilder builder) {
      return builder
          .protecting(
              ProtectionSettings.builder()
                  .policy(new ForcedTrials())
                  .maxTrialShare(1)
                  .maxTrialBytes(ProtectionSettings.defaults().maxTrialBytes())
                  .build())
          .dryRun()
          .detector(ForcedTrials.FalseAlarms::new);
    }
  },

  /** It makes random changes instead of trials. */
  RANDOM("random") {
    @Override
    TrainingHealthListenerBuilder configured(TrainingHealthListenerBuilder builder) {
      return builder.policy(new RandomChanges());
    }
  };

  private final String key;

  WatchMode(String key) {
    this.key = key;
  }

  /** The name in the JSON and on the command line. */
  String key() {
    return key;
  }

  /**
   * A new listener, to be closed after the run.
   *
   * @param validation data that it scores after each epoch, or null
   */
  TrainingHealthListener listener(
      StatsStorageRouter storage, @Nullable DataSetIterator validation) {
    return configured(TrainingHealthListener.builder(storage).validationData(validation)).build();
  }

  abstract TrainingHealthListenerBuilder configured(TrainingHealthListenerBuilder builder);

  /** The mode with that key. */
  static WatchMode ofKey(String key) throws CorpusException {
    for (WatchMode mode : values()) {
      if (mode.key.equals(key)) {
        return mode;
      }
    }
    throw new CorpusException("mode " + key + " is unknown");
  }

  /** Whether the listener stopped the training by this exception. */
  boolean isStop(RuntimeException thrown) {
    return false;
  }

  /**
   * Parses a mode of the command line.
   *
   * @throws CorpusException if it is unknown
   */
  public static List<WatchMode> parse(String text) throws CorpusException {
    return switch (text) {
      case "observing" -> List.of(OBSERVING);
      case "protecting" -> List.of(PROTECTING);
      case "both" -> List.of(OBSERVING, PROTECTING);
      case "forced" -> List.of(FORCED);
      case "random" -> List.of(RANDOM);
      default ->
          throw new CorpusException(
              "--mode must be observing, protecting, both, forced, random, sweep, none,"
                  + " remedies, check or diverging, was "
                  + text);
    };
  }
}
