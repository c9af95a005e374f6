package dev.traininghealth.samples.corpus;

import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Updater and gradient normalization of a case.
 *
 * <p>Plain SGD with momentum is DL4J's {@code Nesterovs}, its only updater with momentum alone.
 * AdaGrad supports no decay, because DL4J loses its schedule when it clones the updater, and
 * AdaDelta has no learning rate.
 */
final class Optimization {
  private static final String ADADELTA = "adadelta";

  private static final double EPSILON = 1e-7;
  private static final Set<String> OPTIMIZERS =
      Set.of(
          "sgd", "nesterovs", "adam", "rmsprop", "adagrad", "nadam", "adamax", ADADELTA, "amsgrad");

  private Optimization() {}

  /** Configures the optimizer for all layers. */
  static void configure(NeuralNetConfiguration.Builder builder, FaultCase faultCase)
      throws CorpusException {
    Fields fields = faultCase.network();
    Fields args = fields.child("optimizerArgs");
    String optimizer = fields.text("optimizer");
    if (!OPTIMIZERS.contains(optimizer)) {
      throw fields.unknown("optimizer", OPTIMIZERS);
    }
    IUpdater updater = updater(optimizer, faultCase.learningRate(), args);
    if (args != null) {
      if (args.has("decay") && !(updater instanceof AdaGrad) && !(updater instanceof AdaDelta)) {
        updater.setLrAndSchedule(
            Double.NaN,
            new InverseSchedule(
                ScheduleType.ITERATION, faultCase.learningRate(), args.number("decay"), 1));
      }
      if (args.has("clipnorm")) {
        builder
            .gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(args.number("clipnorm"));
      }
    }
    builder.updater(updater);
  }

  /** Whether a case's optimizer has a learning rate. */
  static boolean hasLearningRate(Fields network) throws CorpusException {
    return !network.text("optimizer").equals(ADADELTA);
  }

  private static IUpdater updater(String optimizer, double rate, @Nullable Fields args)
      throws CorpusException {
    double beta1 = arg(args, "beta_1", 0.9);
    double beta2 = arg(args, "beta_2", 0.999);
    return switch (optimizer) {
      case "adam" -> {
        allow(args, "beta_1", "beta_2");
        yield new Adam(rate, beta1, beta2, EPSILON);
      }
      case "nadam" -> {
        allow(args, "beta_1", "beta_2");
        yield new Nadam(rate, beta1, beta2, EPSILON);
      }
      case "adamax" -> {
        allow(args, "beta_1", "beta_2");
        yield new AdaMax(rate, beta1, beta2, EPSILON);
      }
      case "amsgrad" -> {
        allow(args, "beta_1", "beta_2");
        yield new AMSGrad(rate, beta1, beta2, EPSILON);
      }
      case ADADELTA -> {
        allow(args, "rho");
        yield new AdaDelta(arg(args, "rho", AdaDelta.DEFAULT_ADADELTA_RHO), EPSILON);
      }
      case "rmsprop" -> {
        allow(args, "rho");
        yield new RmsProp(rate, arg(args, "rho", 0.9), EPSILON);
      }
      case "adagrad" -> {
        allow(args);
        yield new AdaGrad(rate);
      }
      case "nesterovs" -> {
        allow(args, "momentum", "nesterov");
        yield new Nesterovs(rate, arg(args, "momentum", 0.9));
      }
      default -> {
        allow(args, "momentum", "nesterov");
        double momentum = arg(args, "momentum", 0);
        yield momentum == 0 ? new Sgd(rate) : new Nesterovs(rate, momentum);
      }
    };
  }

  private static void allow(@Nullable Fields args, String... own) throws CorpusException {
    if (args != null) {
      Set<String> known = new HashSet<>(Set.of(own));
      known.addAll(Set.of("clipnorm", "decay"));
      args.allowOnly(known);
    }
  }

  private static double arg(@Nullable Fields args, String key, double otherwise)
      throws CorpusException {
    return args == null ? otherwise : args.number(key, otherwise);
  }
}
