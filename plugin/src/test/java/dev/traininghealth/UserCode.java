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

/** Where code of the user's is called, and code there that fails. */
enum UserCode {
  FACTORY("detector factory", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      AtomicInteger made = new AtomicInteger();
      builder.detector(() -> made.getAndIncrement() == 0 ? new Own(null, "", how) : how.raise());
    }
  },
  NAME("OwnName", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      AtomicInteger made = new AtomicInteger();
      builder.detector(() -> new OwnName(made.getAndIncrement() == 0 ? null : how));
    }
  },
  DETECTOR_AT_GRADIENT("Detector of-a-user", false) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.detector(() -> new Own(this, "of-a-user", how));
    }
  },
  DETECTOR_AT_UPDATE("Detector of-a-user", false) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.detector(() -> new Own(this, "of-a-user", how));
    }
  },
  SENTENCE("sentences of detector of-a-user", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.detector(() -> new Own(this, "of-a-user", how));
    }
  },
  REMEDIES("remedies of detector of-a-user", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.detector(() -> new Own(this, "of-a-user", how));
    }
  },
  POLICY_BEFORE_UPDATE("OwnPolicy", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.policy(new OwnPolicy(this, how));
    }
  },
  POLICY_AFTER_UPDATE("OwnPolicy", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.policy(new OwnPolicy(this, how));
    }
  },
  CLIPPING("OwnRule", false) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.clipping(new OwnRule(this, how));
    }
  },
  CLIPPING_NAME("OwnRule", true) {
    @Override
    void fail(TrainingHealthListenerBuilder builder, ThrownByUser how) {
      builder.clipping(new OwnRule(this, how));
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
      builder.validationData(new OwnIterator(how));
    }
  };

  /** Its name in the warning. */
  final String named;

  private final boolean returnsSomething;

  UserCode(String named, boolean returnsSomething) {
    this.named = named;
    this.returnsSomething = returnsSomething;
  }

  /** Whether it can fail like this: a method without a result returns no null. */
  boolean canFail(ThrownByUser how) {
    return returnsSomething || how != ThrownByUser.NULL;
  }

  boolean isPolicy() {
    return this == POLICY_BEFORE_UPDATE || this == POLICY_AFTER_UPDATE;
  }

  /** Gives the builder code for this place that fails. */
  abstract void fail(TrainingHealthListenerBuilder builder, ThrownByUser how);

  /** Fails where it is told to, from iteration 5 on. */
  private static final class Own implements Detector {
    private final @Nullable UserCode where;
    private final String name;
    private final ThrownByUser how;

    Own(@Nullable UserCode where, String name, ThrownByUser how) {
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

  /** Its name fails where it has a failure. */
  private record OwnName(@Nullable ThrownByUser how) implements Detector {
    @Override
    public String name() {
      return how == null ? "of-a-user" : how.raise();
    }
  }

  /** Decides like the plugin's, and fails from iteration 5 on. */
  private record OwnPolicy(UserCode where, ThrownByUser how) implements InterventionPolicy {
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
  private record OwnRule(UserCode where, ThrownByUser how) implements GradientClipping {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public String name() {
      return where == CLIPPING_NAME ? how.raise() : "own";
    }

    @Override
    public void clip(ClippableGradient gradient) {
      how.raise();
    }
  }

  /** Has data, and fails when they are asked for. */
  private record OwnIterator(ThrownByUser how) implements DataSetIterator {
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
