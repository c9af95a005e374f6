package dev.traininghealth.detect.advice;

import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.NumberText;
import java.math.BigDecimal;
import java.math.MathContext;

/** An updater in DL4J's API. */
final class UpdaterCode {
  private UpdaterCode() {}

  /** The updater that the network has, with another learning rate. */
  static String of(NetworkLayout layout, double rate) {
    return of(layout, plain(rate));
  }

  /** The same with a rate that is written as it is to be. */
  static String of(NetworkLayout layout, String rate) {
    for (NetworkLayout.Layer layer : layout.layers()) {
      String updater = layer.configuration().updater();
      if (!updater.isEmpty() && !updater.equals("NoOp")) {
        // The number alone would be its momentum.
        String momentum = updater.equals("Nesterovs") ? ", 0.9" : "";
        return ".updater(new " + updater + "(" + rate + momentum + "))";
      }
    }
    return ".updater(new Adam(" + rate + "))";
  }

  /** A rate as Java takes it, in one digit. */
  static String plain(double rate) {
    return NumberText.number(rounded(rate));
  }

  /** To one digit: no learning rate is known better. */
  static double rounded(double rate) {
    return new BigDecimal(rate).round(new MathContext(1)).doubleValue();
  }
}
