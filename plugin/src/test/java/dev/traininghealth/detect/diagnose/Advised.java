package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks for remedies as a diagnosis of a network would, and reads their code. */
public final class Advised {
  private static final Pattern UPDATER =
      Pattern.compile("\\.updater\\(new (\\w+)\\(([^()]*)\\)\\)");

  public final NetworkLayout layout;
  public final MeasurementWriter m;

  public Advised(NetworkLayout layout) {
    this.layout = layout;
    m = new MeasurementWriter(layout.layers().size(), layout.parameters().size());
    m.batchSize = 32;
    m.data.featureMin = -3;
    m.data.featureMax = 3;
    m.data.featureMean = 0;
    m.data.featureStandardDeviation = 1;
    learningRate(1e-3);
  }

  public Advised learningRate(double rate) {
    Arrays.fill(m.learningRate, rate);
    return this;
  }

  public Advised features(double min, double max) {
    m.data.featureMin = min;
    m.data.featureMax = max;
    m.data.featureMean = (min + max) / 2;
    m.data.featureStandardDeviation = (max - min) / 4;
    return this;
  }

  public Advised features(double min, double max, int rank, int columns) {
    m.data.featureRank = rank;
    m.data.featureColumns = columns;
    return features(min, max);
  }

  public List<Remedy> on(Finding finding) {
    return CommonAdvice.on(finding, Advice.on(layout, m.measurement()));
  }

  public List<Remedy> on(Problem problem) {
    return on(finding(problem));
  }

  public static Finding finding(Problem problem) {
    return Finding.of(problem, Severity.WARNING, 1e6, Comparison.ABOVE, 10, () -> "Seen.");
  }

  public static String code(List<Remedy> remedies) {
    return String.join("\n", remedies.stream().map(Remedy::code).toList());
  }

  /** An updater that was advised, as code names it. */
  public record Updater(String name, double learningRate) {}

  public static List<Updater> updaters(List<Remedy> remedies) {
    List<Updater> updaters = new ArrayList<>();
    Matcher matcher = UPDATER.matcher(code(remedies));
    while (matcher.find()) {
      updaters.add(new Updater(matcher.group(1), Double.parseDouble(matcher.group(2))));
    }
    return updaters;
  }
}
