package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.record.RecordedDiagnosis.Origin;
import dev.traininghealth.record.RecordedDiagnosis.Remedy;
import dev.traininghealth.record.RunDescription.Layer;
import dev.traininghealth.record.RunDescription.Parameter;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.Contents;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.record.Series.Scope;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records as storages hold them: their class names and bytes, which no later version may cease to
 * read. A file here is never written again; a later layout gets one beside it. Those without a
 * number are of version 1, which has no padding.
 */
final class StoredRecordsTest {
  private static final long START = 1_700_000_000_000L;

  private static HealthRecord stored(String className, String file) throws Exception {
    HealthRecord record =
        Class.forName("dev.traininghealth.record." + className)
            .asSubclass(HealthRecord.class)
            .getDeclaredConstructor()
            .newInstance();
    record.decode(bytes(file));
    return record;
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(StoredRecordsTest.class.getResourceAsStream("/records/" + file))) {
      return in.readAllBytes();
    }
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "RunRecord, run.record, 1700000000000",
    "RunRecord, run-2.record, 1700000000000",
    "SegmentRecord, segment.record, 1700000000002",
    "SegmentRecord, segment-2.record, 1700000000002",
    "DiagnosisRecord, diagnosis.record, 1700000000003",
    "DiagnosisRecord, diagnosis-2.record, 1700000000003",
    "InterventionRecord, intervention.record, 1700000000004"
  })
  void shouldReadTheHeader(String className, String file, long timestamp) throws Exception {
    HealthRecord record = stored(className, file);

    assertThat(record.getTypeID()).isEqualTo("TrainingHealth");
    assertThat(record.getSessionID()).isEqualTo("séance");
    assertThat(record.getWorkerID()).isEqualTo("worker 1");
    assertThat(record.getTimeStamp()).isEqualTo(timestamp);
    assertThat(record.encode()).as("passed on as it is").isEqualTo(bytes(file));
  }

  @Test
  void shouldReadTheChecksOfARun() throws Exception {
    RunRecord before = (RunRecord) stored("RunRecord", "run.record");
    RunRecord record = (RunRecord) stored("RunRecord", "run-2.record");

    assertThat(before.coverage()).as("of an earlier version").isEqualTo(Coverage.NONE);
    assertThat(record.description()).isEqualTo(before.description());
    assertThat(record.coverage())
        .isEqualTo(
            new Coverage(
                true,
                List.of(
                    new Check(
                        "größtes\u00a0Update",
                        "CHECKED",
                        0,
                        1L << 40,
                        1L << 34,
                        Message.of("say.check.range", Argument.count(0), Argument.count(1L << 40))),
                    new Check(
                        "dead-relu",
                        "NOT_CHECKED",
                        -1,
                        -1,
                        0,
                        Message.of("say.check.noRectified")))));
  }

  @Test
  void shouldReadARun() throws Exception {
    RunDescription run = ((RunRecord) stored("RunRecord", "run.record")).description();

    assertThat(run.modelClass()).isEqualTo("MultiLayerNetwork");
    assertThat(run.startMillis()).isEqualTo(START);
    assertThat(run.layers())
        .containsExactly(
            new Layer("größte\u00a0Schicht", "DenseLayer", "relu", true, 0, 2, 0),
            new Layer("pooling", "SubsamplingLayer", "", false, 2, 0, 1));
    assertThat(run.parameters())
        .containsExactly(
            new Parameter("0_W", "W", 0, "WEIGHT", 1L << 33, true),
            new Parameter("0_b", "b", 0, "BIAS", 10, false));
    assertThat(run.series()).hasSize(21);
    List<Quantity> quantities = List.of(Quantity.values()).subList(0, 19); // later ones follow
    for (Quantity quantity : quantities) {
      assertThat(run.indexOf(quantity, Scope.RUN, 0)).isEqualTo(quantities.indexOf(quantity));
    }
    assertThat(run.series().get(19)).isEqualTo(new Series(Quantity.UPDATE_RATIO, Scope.LAYER, 1));
    assertThat(run.series().get(20))
        .isEqualTo(new Series(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 1));
    assertThat(run.settings().entrySet())
        .containsExactly(
            Map.entry("mode", "protecting"), Map.entry("costBudget", "0.02"), Map.entry("a", ""));
    assertThat(run.intervenes()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"diagnosis.record", "diagnosis-2.record"})
  void shouldReadADiagnosis(String file) throws Exception {
    RecordedDiagnosis d = ((DiagnosisRecord) stored("DiagnosisRecord", file)).diagnosis();

    assertThat(d)
        .isEqualTo(
            new RecordedDiagnosis(
                START,
                7,
                "non-finite",
                "non_finite_gradient",
                "",
                "CRITICAL",
                0,
                "größte\u00a0Schicht",
                1,
                "0_b",
                1L << 40,
                12,
                START + 345,
                Double.NaN,
                "is not finite",
                Double.NEGATIVE_INFINITY,
                Message.of(
                        "say.non_finite.gradient",
                        Argument.text("<b>0_b</b>"),
                        new Argument.Layer(0, "größte\u00a0Schicht", "DenseLayer", "relu"),
                        Argument.count(1L << 34),
                        Argument.number(Double.NEGATIVE_INFINITY),
                        Argument.share(0.125),
                        Argument.phrase("say.non_finite.largestFeature", Argument.number(1e30)),
                        new Argument.Listing(List.of(Argument.count(3), Argument.count(17))))
                    .then(Message.literal("The gradient of <b>0_b</b> is \"NaN\".")),
                List.of(
                    new Remedy(Message.literal("Look at rows 3 and 17."), ""),
                    new Remedy(
                        Message.literal("Lower the learning rate."), ".updater(new Adam(1e-4))")),
                new Origin("FEATURES", -1, -1, 1L << 34, List.of(3, 17), 2, true, 1.0e30),
                3,
                (1L << 40) + 50));
  }

  @Test
  void shouldReadAnIntervention() throws Exception {
    RecordedIntervention i =
        ((InterventionRecord) stored("InterventionRecord", "intervention.record")).intervention();

    assertThat(i)
        .isEqualTo(
            new RecordedIntervention(
                START,
                4,
                "ROLLBACK",
                1L << 40,
                12,
                (1L << 40) + 5,
                3,
                9,
                START + 678,
                7,
                "non_finite_gradient",
                0,
                Double.POSITIVE_INFINITY,
                0.25,
                (1L << 40) - 40,
                false,
                Message.literal("größer\u00a0als <b>1e30</b>"),
                List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"segment.record", "segment-2.record"})
  void shouldReadASegment(String file) throws Exception {
    Segment segment = ((SegmentRecord) stored("SegmentRecord", file)).segment();

    assertThat(segment.run()).isEqualTo(START);
    assertThat(segment.firstRow()).isEqualTo(16);
    assertThat(segment.level()).isEqualTo(1);
    assertThat(segment.buckets()).isEqualTo(4);
    assertThat(segment.rows()).isEqualTo(8);
    assertThat(segment.series()).isEqualTo(3);
    for (int b = 0; b < 4; b++) {
      assertThat(segment.firstIteration(b)).isEqualTo(100 + 2 * b);
      assertThat(segment.lastIteration(b)).isEqualTo(101 + 2 * b);
      assertThat(segment.timeMillis(b)).isEqualTo(START + 10L * (101 + 2 * b));
      assertThat(segment.epoch(b)).isEqualTo(b / 2);
      assertThat(segment.count(0, b)).isEqualTo(2);
      assertThat(segment.min(0, b)).isEqualTo(2 * b);
      assertThat(segment.max(0, b)).isEqualTo(2 * b + 1);
      assertThat(segment.mean(0, b)).isEqualTo(2 * b + 0.5);
    }
    assertThat(segment.nonFinite(0)).isEmpty();
    assertThat(segment.count(1, 0)).isZero();
    assertThat(segment.mean(1, 0)).isNaN();
    assertThat(segment.count(1, 3)).isEqualTo(1);
    assertThat(segment.mean(1, 3)).isEqualTo(-0.25);
    assertThat(segment.count(2, 1)).isZero();
    assertThat(segment.nonFinite(2))
        .containsExactly(new NonFinite(1, 1, 1, 0, 102, 103), new NonFinite(3, 0, 0, 1, 107, 107));
  }

  @Test
  void shouldIgnoreFieldsOfALaterVersion() throws Exception {
    Contents contents =
        RunPayload.read(
            json(
                """
                {"format": {"major": [1, 2.5, true, null, {"x": "y"}]}, "startMillis": 5,
                 "modelClass": "ComputationGraph",
                 "layers": [{"name": "in", "units": 12, "type": "DenseLayer",
                             "firstParameter": 0, "parameterCount": 1}],
                 "parameters": [{"key": "in_W", "name": "W", "layer": 0, "role": "WEIGHT",
                                 "length": 24, "shape": [4, 6]}],
                 "series": [{"quantity": "SCORE", "scope": "RUN", "index": 0, "unit": "nats"}],
                 "settings": {"mode": "observing"}, "seed": 123456789012345678901234567890,
                 "coverage": {"conclusive": true, "since": 3,
                              "checks": [{"name": "a", "size": 0.5}]}}
                """));
    assertThat(contents.coverage())
        .isEqualTo(
            new Coverage(
                true, List.of(new Check("a", "NOT_CHECKED", -1, -1, 0, Message.literal("")))));
    assertThat(contents.description())
        .isEqualTo(
            new RunDescription(
                "ComputationGraph",
                List.of(new Layer("in", "DenseLayer", "", false, 0, 1, 0)),
                List.of(new Parameter("in_W", "W", 0, "WEIGHT", 24, false)),
                List.of(new Series(Quantity.SCORE, Scope.RUN, 0)),
                5,
                Map.of("mode", "observing")));

    RecordedDiagnosis diagnosis =
        DiagnosisPayload.read(
            json(
                """
                {"confidence": 0.875, "run": 5, "id": 1, "severity": "WARNING", "observed": 2,
                 "message": {"key": "later", "tone": "calm",
                             "arguments": [{"count": 12, "unit": "s"}, {"date": {"year": 2031}}]},
                 "remedies": [{"advice": {"arguments": [{"text": "Stop."}]}, "code": "",
                               "tried": {"score": "NaN"}}],
                 "origin": {"place": "SCORE", "probability": [0.5]}, "seenBy": ["a", "b"]}
                """));
    assertThat(diagnosis.severity()).isEqualTo("WARNING");
    assertThat(diagnosis.observed()).isEqualTo(2);
    assertThat(diagnosis.message())
        .isEqualTo(Message.of("later", Argument.count(12), Argument.text("")));
    assertThat(diagnosis.remedies()).containsExactly(new Remedy(Message.literal("Stop."), ""));
    assertThat(diagnosis.origin())
        .isEqualTo(new Origin("SCORE", -1, -1, 0, List.of(), 0, false, Double.NaN));

    RecordedIntervention intervention =
        InterventionPayload.read(
            json(
                """
                {"run": 5, "id": 1, "kind": "CLIP", "undone": false, "times": 4,
                 "trial": {"branches": [{"factor": 0.1}]}, "before": "Infinity"}
                """));
    assertThat(intervention.times()).isEqualTo(4);
    assertThat(intervention.before()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void shouldTakeADefaultForEachFieldThatAnEarlierVersionDidNotHave() throws Exception {
    assertThat(RunPayload.read(json("{\"startMillis\": 5, \"layers\": [{}]}")).description())
        .isEqualTo(
            new RunDescription(
                "",
                List.of(new Layer("", "", "", false, 0, 0, 0)),
                List.of(),
                List.of(),
                5,
                Map.of()));
    assertThat(DiagnosisPayload.read(json("{\"run\": 5, \"id\": 0, \"message\": null}")))
        .isEqualTo(
            new RecordedDiagnosis(
                5,
                0,
                "",
                "",
                "",
                "INFO",
                -1,
                "",
                -1,
                "",
                0,
                0,
                0,
                Double.NaN,
                "",
                Double.NaN,
                Message.literal(""),
                List.of(),
                null,
                -1,
                -1));
    String intervention = "{\"run\": 5, \"id\": 0, \"kind\": \"SKIP\", \"iteration\": 8}";
    assertThat(InterventionPayload.read(json(intervention)))
        .isEqualTo(
            new RecordedIntervention(
                5,
                0,
                "SKIP",
                8,
                0,
                8,
                1,
                1,
                0,
                -1,
                "",
                -1,
                Double.NaN,
                Double.NaN,
                -1,
                true,
                Message.literal(""),
                List.of()));
  }

  @Test
  void shouldNotGuessWhichRecordItIs() {
    assertThatThrownBy(() -> DiagnosisPayload.read(json("{\"run\": 5}")))
        .isInstanceOf(RecordException.class)
        .hasMessage("broken record: it has no id");
    assertThatThrownBy(() -> InterventionPayload.read(json("{\"run\": 5, \"id\": 0}")))
        .isInstanceOf(RecordException.class)
        .hasMessage("broken record: it has no kind");
    assertThatThrownBy(() -> RunPayload.read(json("{}")))
        .isInstanceOf(RecordException.class)
        .hasMessage("broken record: it has no startMillis");
  }

  /** Without it the columns of the segments would be taken for others. */
  @Test
  void shouldNotReadARunWithASeriesThatIsUnknown() {
    String run = "{\"startMillis\": 5, \"series\": [{\"quantity\": \"X\", \"scope\": \"RUN\"}]}";

    assertThatThrownBy(() -> RunPayload.read(json(run)))
        .isInstanceOf(RecordException.class)
        .hasMessage(
            "record with a series that this plugin does not know, Quantity X: update the plugin"
                + " where the UI runs");
  }
}
