package dev.traininghealth.detect.advice;

import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.NumberText;
import java.math.BigDecimal;
import java.math.MathContext;

/** Updaters as Java code in DL4J's API. */
final class UpdaterCode {
  private UpdaterCode() {}

  /** {@return the network's updater with another learning rate} */
  static String of(NetworkLayout layout, double rate) {
    return of(layout, plain(rate));
  }

  /** {@return the network's updater with a formatted learning rate} */
  static String of(NetworkLayout layout, String rate) {
    for (NetworkLayout.Layer layer : layout.layers()) {
      String updater = layer.configuration().updater();
      if (!updater.isEmpty() && !updater.equals("NoOp")) {
        // Its constructor with one number sets the momentum. 0.9 is DL4J's default.
        String momentum = updater.equals("Nesterovs") ? ", 0.9" : "";
        return ".updater(new " + updater + "(" + rate + momentum + "))";
      }
    }
    return adam(rate);
  }

  /** {@return Adam with a learning rate} */
  static String adam(double rate) {
    return adam(plain(rate));
  }

  private static String adam(String rate) {
    return ".updater(new Adam(" + rate + "))";
  }

  /** {@return a rate as a Java literal with one significant digit} */
  static String plain(double rate) {
    return NumberText.number(rounded(rate));
  }

  /**
   * {@return a rate with one significant digit, because no learning rate is known more precisely}
   */
  static double rounded(double rate) {
    return new BigDecimal(rate).round(new MathContext(1)).doubleValue();
  }
}
