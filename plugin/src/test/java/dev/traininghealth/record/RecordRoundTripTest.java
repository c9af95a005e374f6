package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.record.RunDescription.Layer;
import dev.traininghealth.record.RunDescription.Parameter;
import dev.traininghealth.record.RunDescription.Vertex;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.record.Series.Scope;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is put into a record is read out of its bytes again. */
final class RecordRoundTripTest {
  private static final int TRIES = 2_000;
  private static final double[] DOUBLES = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    -0.0,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    2.0e-3
  };

  private Random random = new Random(0);

  @Provide
  Arbitrary<Random> randoms() {
    return Arbitraries.randoms();
  }

  private <T> List<T> some(int max, IntFunction<T> of) {
    return IntStream.range(0, random.nextInt(max + 1)).mapToObj(of).toList();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(12); n > 0; n--) {
      switch (random.nextInt(4)) {
        case 0 -> text.append((char) random.nextInt(0x80));
        case 1 -> text.append((char) random.nextInt(0xd800));
        case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
        default -> text.append("\\\"/<&".charAt(random.nextInt(5)));
      }
    }
    return text.toString();
  }

  private double number() {
    return random.nextInt(3) == 0
        ? DOUBLES[random.nextInt(DOUBLES.length)]
        : Double.longBitsToDouble(random.nextLong());
  }

  private int orNone(int end) {
    return random.nextInt(end + 1) - 1;
  }

  private static <T> T oneOf(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  @Property(tries = TRIES, seed = "23", edgeCases = EdgeCasesMode.NONE)
  void shouldReadEveryRunThatIsWritten(@ForAll("randoms") Random some) throws Exception {
    random = some;
    RunDescription run = run();
    RunRecord read = new RunRecord();
    Coverage coverage = coverage();
    read.decode(new RunRecord(text(), text(), random.nextLong(), run, coverage).encode());

    assertThat(read.description()).isEqualTo(run);
    assertThat(read.coverage()).isEqualTo(coverage);
    assertThat(List.copyOf(read.description().settings().keySet()))
        .isEqualTo(List.copyOf(run.settings().keySet()));
  }

  /** Without checks nothing is written, so that nothing is known. */
  private Coverage coverage() {
    List<Check> checks = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      checks.add(
          new Check(
              text(), text(), random.nextLong(), random.nextLong(), random.nextLong(), message(2)));
    }
    return checks.isEmpty() ? Coverage.NONE : new Coverage(random.nextBoolean(), checks);
  }

  private RunDescription run() {
    int layerCount = random.nextInt(4);
    int parameterCount = layerCount == 0 ? 0 : random.nextInt(5);
    List<Layer> layers = new ArrayList<>();
    for (int l = 0; l < layerCount; l++) {
      int first = random.nextInt(parameterCount + 1);
      int count = random.nextInt(parameterCount - first + 1);
      layers.add(
          new Layer(
              text(), text(), text(), random.nextBoolean(), first, count, random.nextInt(100)));
    }
    List<Parameter> parameters = new ArrayList<>();
    for (int p = 0; p < parameterCount; p++) {
      parameters.add(
          new Parameter(
              text(),
              text(),
              random.nextInt(layerCount),
              text(),
              random.nextLong(),
              random.nextBoolean()));
    }
    List<Series> series = new ArrayList<>();
    for (Quantity quantity : Quantity.values()) {
      Scope scope = oneOf(random, List.of(Scope.values()));
      int end = scope == Scope.LAYER ? layerCount : scope == Scope.RUN ? 1 : parameterCount;
      if (end > 0) {
        series.add(new Series(quantity, scope, random.nextInt(end)));
      }
    }
    Map<String, String> settings = new LinkedHashMap<>();
    some(5, n -> settings.put(text(), text()));
    List<Vertex> vertices = new ArrayList<>();
    for (int v = random.nextInt(5); v > 0; v--) {
      List<Integer> inputs = new ArrayList<>();
      for (int i = vertices.isEmpty() ? 0 : random.nextInt(3); i > 0; i--) {
        inputs.add(random.nextInt(vertices.size()));
      }
      vertices.add(new Vertex(text(), text(), random.nextInt(layerCount + 1) - 1, inputs));
    }
    return new RunDescription(
        text(), layers, parameters, series, random.nextLong(), settings, vertices);
  }

  @Property(tries = TRIES, seed = "23", edgeCases = EdgeCasesMode.NONE)
  void shouldReadEveryDiagnosisThatIsWritten(@ForAll("randoms") Random some) throws Exception {
    random = some;
    RecordedDiagnosis diagnosis =
        new RecordedDiagnosis(
            random.nextLong(),
            1_000 + random.nextInt(1_000_000),
            text(),
            text(),
            text(),
            oneOf(random, List.of("INFO", "WARNING", "CRITICAL")),
            orNone(3),
            text(),
            orNone(3),
            text(),
            random.nextLong(),
            random.nextInt(),
            random.nextLong(),
            number(),
            text(),
            number(),
            message(2),
            some(3, n -> new RecordedDiagnosis.Remedy(message(2), text())),
            random.nextBoolean() ? null : origin(),
            orNone(9),
            orNone(9));
    DiagnosisRecord read = new DiagnosisRecord();
    read.decode(new DiagnosisRecord(text(), text(), random.nextLong(), diagnosis).encode());

    assertThat(read.diagnosis()).isEqualTo(diagnosis);
  }

  private Message message(int depth) {
    return new Message(text(), some(3, n -> argument(depth)));
  }

  private Argument argument(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> Argument.number(number());
      case 1 -> Argument.share(number());
      case 2 -> Argument.count(random.nextLong());
      case 3 -> Argument.text(text());
      case 4 -> new Argument.Layer(random.nextInt(), text(), text(), text());
      case 5 -> new Argument.Phrase(message(depth - 1));
      default -> new Argument.Listing(some(3, n -> argument(depth - 1)));
    };
  }

  private RecordedDiagnosis.Origin origin() {
    return new RecordedDiagnosis.Origin(
        text(),
        orNone(3),
        orNone(3),
        random.nextLong(),
        some(4, n -> random.nextInt()),
        random.nextInt(),
        random.nextBoolean(),
        number());
  }

  @Property(tries = TRIES, seed = "23", edgeCases = EdgeCasesMode.NONE)
  void shouldReadEveryInterventionThatIsWritten(@ForAll("randoms") Random some) throws Exception {
    random = some;
    List<String> kinds =
        List.of(
            "CLIP",
            "SKIP",
            "TRIAL",
            "RAISE_LEARNING_RATE",
            "LOWER_LEARNING_RATE",
            "ROLLBACK",
            "STOP");
    RecordedIntervention intervention =
        new RecordedIntervention(
            random.nextLong(),
            random.nextInt(1_000),
            oneOf(random, kinds),
            random.nextLong(),
            random.nextInt(),
            random.nextLong(),
            1 + random.nextInt(9),
            1 + random.nextInt(99),
            random.nextLong(),
            orNone(9),
            text(),
            orNone(9),
            number(),
            number(),
            orNone(9),
            random.nextBoolean(),
            message(2),
            some(3, n -> branch()));
    InterventionRecord read = new InterventionRecord();
    read.decode(new InterventionRecord(text(), text(), random.nextLong(), intervention).encode());

    assertThat(read.intervention()).isEqualTo(intervention);
  }

  private RecordedIntervention.Branch branch() {
    return new RecordedIntervention.Branch(
        text(),
        orNone(9),
        number(),
        random.nextInt(),
        random.nextBoolean(),
        some(4, n -> new RecordedIntervention.Point(random.nextInt(), number())));
  }

  @Property(tries = TRIES, seed = "23", edgeCases = EdgeCasesMode.NONE)
  void shouldReadEverySegmentThatIsWritten(@ForAll("randoms") Random some) throws Exception {
    random = some;
    int series = random.nextInt(6);
    int count = random.nextInt(20);
    double[][] values = new double[series][count];
    SegmentRows rows = new SegmentRows(series, 20);
    for (int b = 0; b < count; b++) {
      rows.add(1_000L + b, 7L * b, b / 2);
      for (int s = 0; s < series; s++) {
        values[s][b] = number();
        rows.set(s, values[s][b]);
      }
    }
    SegmentRecord read = new SegmentRecord();
    read.decode(new SegmentRecord("s", "w", 7, rows.toSegment(7, 5)).encode());

    Segment segment = read.segment();
    assertThat(segment.run()).isEqualTo(7);
    assertThat(segment.firstRow()).isEqualTo(5);
    assertThat(segment.buckets()).isEqualTo(count);
    assertThat(segment.series()).isEqualTo(series);
    for (int b = 0; b < count; b++) {
      assertThat(segment.firstIteration(b)).isEqualTo(1_000 + b);
      assertThat(segment.timeMillis(b)).isEqualTo(7L * b);
      assertThat(segment.epoch(b)).isEqualTo(b / 2);
      for (int s = 0; s < series; s++) {
        assertValue(segment, s, b, values[s][b]);
      }
    }
  }

  private static void assertValue(Segment segment, int series, int bucket, double value) {
    if (Double.isFinite(value)) {
      double stored = ShortDouble.decode(ShortDouble.encode(value));
      assertThat(segment.count(series, bucket)).isEqualTo(1);
      assertThat(segment.mean(series, bucket)).isEqualTo((Double) stored);
    } else {
      assertThat(segment.count(series, bucket)).isZero();
      assertThat(segment.nonFinite(series))
          .anyMatch(
              found ->
                  found.bucket() == bucket
                      && found.nans() == (Double.isNaN(value) ? 1 : 0)
                      && found.positiveInfinities() == (value > 0 ? 1 : 0)
                      && found.negativeInfinities() == (value < 0 ? 1 : 0));
    }
  }
}
