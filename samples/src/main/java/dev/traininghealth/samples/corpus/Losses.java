package dev.traininghealth.samples.corpus;

import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossKLD;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMAPE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossMSLE;
import org.nd4j.linalg.lossfunctions.impl.LossPoisson;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSquaredHinge;

/** The loss functions of the case files. */
final class Losses {
  private static final String SPARSE = "sparse_categorical_crossentropy";

  private static final Map<String, Supplier<ILossFunction>> KNOWN =
      Map.ofEntries(
          Map.entry("mse", LossMSE::new),
          Map.entry("mae", LossMAE::new),
          Map.entry("binary_crossentropy", LossBinaryXENT::new),
          Map.entry("categorical_crossentropy", LossMCXENT::new),
          Map.entry(SPARSE, LossSparseMCXENT::new),
          Map.entry("poisson", LossPoisson::new),
          Map.entry("mape", LossMAPE::new),
          Map.entry("msle", LossMSLE::new),
          Map.entry("hinge", LossHinge::new),
          Map.entry("squared_hinge", LossSquaredHinge::new),
          Map.entry("kld", LossKLD::new),
          Map.entry("logcosh", LogCoshLoss::new));

  private Losses() {}

  static ILossFunction of(FaultCase faultCase) throws CorpusException {
    Fields fields = faultCase.network();
    Supplier<ILossFunction> known = KNOWN.get(fields.text("loss"));
    if (known == null) {
      throw fields.unknown("loss", KNOWN.keySet());
    }
    return known.get();
  }

  /** Whether the labels are one column of class indices. */
  static boolean isSparse(FaultCase faultCase) throws CorpusException {
    return faultCase.network().text("loss").equals(SPARSE);
  }
}
