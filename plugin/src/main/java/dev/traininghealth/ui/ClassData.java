package dev.traininghealth.ui;

import dev.traininghealth.record.RunRecord.ClassScore;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.EpochScores;
import java.io.IOException;
import java.util.List;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes how often a classifier was right on validation data: the newest epoch as JSON, so that a
 * poll stays small, and all recorded epochs as CSV.
 */
final class ClassData {
  private ClassData() {}

  /** Writes the newest epoch, and the best F1 of each class; nothing without results. */
  static void write(JsonGenerator out, ClassScores scores) throws IOException {
    List<EpochScores> epochs = scores.epochs();
    if (epochs.isEmpty()) {
      return;
    }
    EpochScores newest = epochs.get(epochs.size() - 1);
    out.writeObjectFieldStart("classes");
    out.writeNumberField("epoch", newest.epoch());
    out.writeNumberField("iteration", newest.iteration());
    out.writeNumberField("seconds", scores.seconds());
    out.writeArrayFieldStart("rows");
    for (int i = 0; i < scores.names().size(); i++) {
      ClassScore score = newest.classes().get(i);
      EpochScores best = best(epochs, i);
      out.writeStartObject();
      out.writeStringField("name", scores.names().get(i));
      share(out, "precision", score.precision());
      share(out, "recall", score.recall());
      share(out, "f1", score.f1());
      out.writeNumberField("examples", score.examples());
      share(out, "bestF1", best.classes().get(i).f1());
      out.writeNumberField("bestEpoch", best.epoch());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static EpochScores best(List<EpochScores> epochs, int index) {
    EpochScores best = epochs.get(0);
    for (EpochScores epoch : epochs) {
      double f1 = epoch.classes().get(index).f1();
      double largest = best.classes().get(index).f1();
      if (f1 > largest || Double.isNaN(largest)) {
        best = epoch;
      }
    }
    return best;
  }

  /** A share that does not exist is left out. */
  private static void share(JsonGenerator out, String name, double share) throws IOException {
    if (!Double.isNaN(share)) {
      out.writeNumberField(name, share);
    }
  }

  /** {@return all recorded epochs, a line for each class; a share that does not exist is empty} */
  static String csv(ClassScores scores) {
    StringBuilder csv = new StringBuilder("epoch,iteration,class,precision,recall,f1,examples\n");
    for (EpochScores epoch : scores.epochs()) {
      for (int i = 0; i < epoch.classes().size(); i++) {
        ClassScore score = epoch.classes().get(i);
        csv.append(epoch.epoch()).append(',').append(epoch.iteration()).append(',');
        csv.append(quoted(scores.names().get(i)));
        for (double share : new double[] {score.precision(), score.recall(), score.f1()}) {
          csv.append(',').append(Double.isNaN(share) ? "" : String.valueOf(share));
        }
        csv.append(',').append(score.examples()).append('\n');
      }
    }
    return csv.toString();
  }

  /** A name in quotes; an apostrophe keeps a spreadsheet from taking it for a formula. */
  private static String quoted(String name) {
    boolean isFormula = !name.isEmpty() && "=+-@\t\r".indexOf(name.charAt(0)) >= 0;
    return '"' + (isFormula ? "'" : "") + name.replace("\"", "\"\"") + '"';
  }
}
