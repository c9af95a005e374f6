package dev.traininghealth.parity;

import dev.traininghealth.intervene.model.UserSchedule;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.SigmoidSchedule;
import org.nd4j.linalg.schedule.StepSchedule;

/** Updaters, schedules and data types. */
@SuppressWarnings("ImmutableEnumChecker")
enum Updaters implements SettingTraining {
  SGD("`Sgd`", () -> new Sgd(0.1)),
  NESTEROVS("`Nesterovs`", () -> new Nesterovs(0.1, 0.9)),
  ADAM("`Adam`", () -> new Adam(0.01)),
  ADA_MAX("`AdaMax`", () -> new AdaMax(0.01)),
  NADAM("`Nadam`", () -> new Nadam(0.01)),
  AMS_GRAD("`AMSGrad`", () -> new AMSGrad(0.01)),
  ADA_GRAD("`AdaGrad`", () -> new AdaGrad(0.1)),
  ADA_DELTA("`AdaDelta`", AdaDelta::new),
  RMS_PROP("`RmsProp`", () -> new RmsProp(0.01)),
  NO_OP("`NoOp`", NoOp::new),
  EXPONENTIAL(new ExponentialSchedule(ScheduleType.ITERATION, 0.05, 0.9)),
  STEP(new StepSchedule(ScheduleType.ITERATION, 0.05, 0.5, 2)),
  POLY(new PolySchedule(ScheduleType.ITERATION, 0.05, 2, 20)),
  SIGMOID(new SigmoidSchedule(ScheduleType.ITERATION, 0.05, 0.3, 4)),
  INVERSE(new InverseSchedule(ScheduleType.ITERATION, 0.05, 0.5, 0.75)),
  MAP(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.05, 2, 0.03, 5, 0.01))),
  FIXED(new FixedSchedule(0.05)),
  CYCLE(new CycleSchedule(ScheduleType.ITERATION, 0.05, 8)),
  RAMP(new RampSchedule(new FixedSchedule(0.05), 4)),
  OWN_SCHEDULE("a schedule of your own", () -> new Adam(new UserSchedule(0.05))),
  MOMENTUM_SCHEDULE(
      "`Nesterovs` with a schedule of its momentum",
      () -> new Nesterovs(0.1, new StepSchedule(ScheduleType.ITERATION, 0.9, 0.8, 2))),
  HALF("FLOAT16", DataType.FLOAT16, () -> Adam.builder().learningRate(0.01).epsilon(1e-4).build()),
  DOUBLE("DOUBLE", DataType.DOUBLE, () -> new Adam(0.01));

  private final String title;
  private final DataType type;
  private final Supplier<IUpdater> updater;

  Updaters(String title, DataType type, Supplier<IUpdater> updater) {
    this.title = title;
    this.type = type;
    this.updater = updater;
  }

  Updaters(String title, Supplier<IUpdater> updater) {
    this(title, DataType.FLOAT, updater);
  }

  Updaters(ISchedule schedule) {
    this(
        "`" + schedule.getClass().getSimpleName() + "`",
        DataType.FLOAT,
        () -> new Adam(schedule.clone()));
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public DataType type() {
    return type;
  }

  @Override
  public void configure(NeuralNetConfiguration.Builder builder) {
    builder.updater(updater.get());
  }

  @Override
  public Map<Column, String> notes() {
    return this == RAMP
        ? Map.of(Column.PAGE, "DL4J cannot read a `RampSchedule`, so that its Model page fails")
        : Map.of();
  }

  @Override
  public Map<Column, String> impossible() {
    return switch (this) {
      case ADA_DELTA, NO_OP -> Map.of(Column.RATES_LOWERED, "the updater has no learning rate");
      default -> Map.of();
    };
  }
}
