package dev.traininghealth.samples.corpus;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.TrainingStoppedException;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/** The mode of the listener in a run. */
public enum WatchMode {
  /** It measures and diagnoses, but changes nothing. */
  OBSERVING("observing") {
    @Override
    TrainingHealthListener listener(StatsStorageRouter storage) {
      return TrainingHealthListener.observing(storage);
    }
  },

  /** It also intervenes, with default settings. */
  PROTECTING("protecting") {
    @Override
    TrainingHealthListener listener(StatsStorageRouter storage) {
      return TrainingHealthListener.protecting(storage);
    }

    @Override
    boolean isStop(RuntimeException thrown) {
      return thrown instanceof TrainingStoppedException;
    }
  },

  /** It tries changes at random iterations without a problem, and adopts none. */
  FORCED("forced") {
    @Override
    TrainingHealthListener listener(StatsStorageRouter storage) {
      return TrainingHealthListener.builder(storage)
          .protecting(
              ProtectionSettings.builder()
                  .policy(new ForcedTrials())
                  .maxTrialShare(1)
                  .maxTrialBytes(ProtectionSettings.defaults().maxTrialBytes())
                  .build())
          .dryRun()
          .detector(ForcedTrials.FalseAlarms::new)
          .build();
    }
  },

  /** It makes random changes instead of trials. */
  RANDOM("random") {
    @Override
    TrainingHealthListener listener(StatsStorageRouter storage) {
      return TrainingHealthListener.builder(storage).policy(new RandomChanges()).build();
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

  /** A new listener, to be closed after the run. */
  abstract TrainingHealthListener listener(StatsStorageRouter storage);

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
              "--mode must be observing, protecting, both, forced, random or sweep, was " + text);
    };
  }
}
