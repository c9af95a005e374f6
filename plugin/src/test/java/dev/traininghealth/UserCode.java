package dev.traininghealth;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.intervene.TrialPolicy;
import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.intervene.clip.GradientClipping;
import java.io.Serial;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The places where the user's code is called, each with code that fails there. */
enum UserCode {
  FACTORY("detector factory", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      AtomicInteger made = new AtomicInteger();
      builder.detector(
          () -> made.getAndIncrement() == 0 ? new FailingDetector(null, "", how) : how.raise());
    }
  },
  NAME("FailingName", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      AtomicInteger made = new AtomicInteger();
      builder.detector(() -> new FailingName(made.getAndIncrement() == 0 ? null : how));
    }
  },
  DETECTOR_AT_GRADIENT("Detector of-a-user", false) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.detector(() -> new FailingDetector(this, "of-a-user", how));
    }
  },
  DETECTOR_AT_UPDATE("Detector of-a-user", false) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.detector(() -> new FailingDetector(this, "of-a-user", how));
    }
  },
  SENTENCE("sentences of detector of-a-user", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.detector(() -> new FailingDetector(this, "of-a-user", how));
    }
  },
  REMEDIES("remedies of detector of-a-user", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.detector(() -> new FailingDetector(this, "of-a-user", how));
    }
  },
  POLICY_BEFORE_UPDATE("FailingPolicy", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.policy(new FailingPolicy(this, how));
    }
  },
  POLICY_AFTER_UPDATE("FailingPolicy", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.policy(new FailingPolicy(this, how));
    }
  },
  CLIPPING("FailingRule", false) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.clipping(new FailingRule(this, how));
    }
  },
  CLIPPING_NAME("FailingRule", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.clipping(new FailingRule(this, how));
    }
  },
  ON_DIAGNOSIS("callback for diagnoses", false) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.onDiagnosis(d -> how.raise());
    }
  },
  ON_INTERVENTION("callback for interventions", false) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.onIntervention(i -> how.raise());
    }
  },
  VALIDATION("validation data", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.validationData(new FailingIterator(how));
    }
  };

  /** The name of the place in the warning. */
  final String named;

  private final boolean returnsSomething;

  UserCode(String named, boolean returnsSomething) {
    this.named = named;
    this.returnsSomething = returnsSomething;
  }

  /** {@return whether this place can fail so; a method without a result cannot return null} */
  boolean canFail(ThrownByUser how) {
    return returnsSomething || how != ThrownByUser.NULL;
  }

  boolean isPolicy() {
    return this == POLICY_BEFORE_UPDATE || this == POLICY_AFTER_UPDATE;
  }

  /** Passes failing code for this place to the builder. */
  abstract void fail(TrainingHealthListenerBuilder builder, ThrownByUser how);

  /** Fails at the given place from iteration 5 on. */
  private static final class FailingDetector implements Detector {
    private final @Nullable UserCode where;
    private final String name;
    private final ThrownByUser how;

    FailingDetector(@Nullable UserCode where, String name, ThrownByUser how) {
      this.where = where;
      this.name = name;
      this.how = how;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      if (where == DETECTOR_AT_GRADIENT && history.current().iteration() >= 5) {
        how.raise();
      }
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      if (history.current().iteration() < 5) {
        return;
      }
      if (where == DETECTOR_AT_UPDATE) {
        how.raise();
      } else if (where == SENTENCE) {
        for (int layer = 0; layer < 3; layer++) {
          findings.report(
              Finding.of(
                      new Problem("odd"), Severity.INFO, 1, Comparison.ABOVE, 0, () -> how.raise())
                  .inLayer(layer));
        }
      } else if (where == REMEDIES) {
        for (int layer = 0; layer < 3; layer++) {
          findings.report(
              Finding.of(new Problem("odd"), Severity.INFO, 1, Comparison.ABOVE, 0, () -> "Odd.")
                  .inLayer(layer)
                  .withRemedies(how::raise));
        }
      }
    }
  }

  /** Throws from its name, unless the failure is null. */
  private record FailingName(@Nullable ThrownByUser how) implements Detector {
    @Override
    public String name() {
      return how == null ? "of-a-user" : how.raise();
    }
  }

  /** Decides as the plugin's policy does, and fails from iteration 5 on. */
  private record FailingPolicy(UserCode where, ThrownByUser how) implements InterventionPolicy {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public BeforeUpdate beforeUpdate(Situation situation) {
      return where == POLICY_BEFORE_UPDATE && situation.history().current().iteration() >= 5
          ? how.raise()
          : new TrialPolicy().beforeUpdate(situation);
    }

    @Override
    public AfterUpdate afterUpdate(Situation situation) {
      return where == POLICY_AFTER_UPDATE && situation.history().current().iteration() >= 5
          ? how.raise()
          : new TrialPolicy().afterUpdate(situation);
    }
  }

  /** Fails at once. */
  private record FailingRule(UserCode where, ThrownByUser how) implements GradientClipping {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public String name() {
      return where == CLIPPING_NAME ? how.raise() : "of-a-user";
    }

    @Override
    public void clip(ClippableGradient gradient) {
      how.raise();
    }
  }

  /** Claims to have data, and fails when it should return it. */
  private record FailingIterator(ThrownByUser how) implements DataSetIterator {
    private static final long serialVersionUID = 1L;

    @Override
    public DataSet next() {
      return how.raise();
    }

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public DataSet next(int num) {
      return next();
    }

    @Override
    public int inputColumns() {
      return 8;
    }

    @Override
    public int totalOutcomes() {
      return 3;
    }

    @Override
    public boolean resetSupported() {
      return true;
    }

    @Override
    public boolean asyncSupported() {
      return false;
    }

    @Override
    public void reset() {}

    @Override
    public int batch() {
      return 1;
    }

    @Override
    public void setPreProcessor(DataSetPreProcessor preProcessor) {}

    @Override
    @SuppressWarnings("NullAway") // there is none
    public DataSetPreProcessor getPreProcessor() {
      return null;
    }

    @Override
    @SuppressWarnings("NullAway") // there are none
    public List<String> getLabels() {
      return null;
    }
  }
}
