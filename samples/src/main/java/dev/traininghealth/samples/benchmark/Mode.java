package dev.traininghealth.samples.benchmark;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.record.HealthRecord;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.jspecify.annotations.Nullable;

/** The listener of the training. */
enum Mode {
  /** No listener, the reference of the comparison. */
  NONE("none") {
    @Override
    @Nullable TrainingListener listener(StatsStorageRouter storage) {
      return null;
    }
  },
  /** Again no listener. Its ratio to the first shows how much the machine's other load disturbs. */
  NONE_AGAIN("noneAgain") {
    @Override
    @Nullable TrainingListener listener(StatsStorageRouter storage) {
      return null;
    }
  },
  /** This plugin with default settings. */
  OBSERVING("observing") {
    @Override
    TrainingListener listener(StatsStorageRouter storage) {
      return TrainingHealthListener.observing(storage);
    }
  },
  /**
   * This plugin, which compares the run with a recorded one while it trains; only on request. Its
   * listener is that of {@link Contender#comparing}.
   */
  COMPARING("comparing") {
    @Override
    TrainingListener listener(StatsStorageRouter storage) {
      throw new UnsupportedOperationException("Contender.comparing has the run to compare with");
    }
  },
  /** This plugin with protection, which does not intervene in a healthy run. */
  PROTECTING("protecting") {
    @Override
    TrainingListener listener(StatsStorageRouter storage) {
      return TrainingHealthListener.protecting(storage);
    }
  },
  /** DL4J's own listener at every iteration, which is not its default. */
  STATS_LISTENER_1("statsListener1") {
    @Override
    TrainingListener listener(StatsStorageRouter storage) {
      return new StatsListener(storage, 1);
    }
  },
  /** DL4J's own listener at every tenth iteration, its default. */
  STATS_LISTENER_10("statsListener10") {
    @Override
    TrainingListener listener(StatsStorageRouter storage) {
      return new StatsListener(storage, 10);
    }
  };

  private final String key;

  Mode(String key) {
    this.key = key;
  }

  /** The name in the table and the JSON. */
  String key() {
    return key;
  }

  /** Whether the listener is this plugin's. */
  boolean isPlugin() {
    return this == OBSERVING || this == COMPARING || this == PROTECTING;
  }

  /** Type of the records that the listener's page reads. */
  String recordType() {
    return isPlugin() ? HealthRecord.TYPE_ID : StatsListener.TYPE_ID;
  }

  /** A new listener, or null for none. */
  abstract @Nullable TrainingListener listener(StatsStorageRouter storage);
}
