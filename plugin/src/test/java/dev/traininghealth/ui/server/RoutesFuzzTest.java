package dev.traininghealth.ui.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.Fuzz;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.InterventionFixtures;
import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.ui.Sessions;
import dev.traininghealth.ui.SimulatedTraining;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.api.Route;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** Any request is answered, and so is a request about any records. */
@AddLifecycleHook(Fuzz.class)
final class RoutesFuzzTest {
  private static final int TRIES = 1_000;

  /** The body of an answer has a limit of its own; it is written and compressed. */
  private static final long BYTES_PER_BYTE = 20_000;

  private static final List<String> SESSIONS = List.of("s", "a/b", "<img src=x>", "ä\n", "..");
  private static final Set<Integer> STATUS = Set.of(200, 302, 400, 403, 404);

  private static final Set<String> JSON_ROUTES = Set.of("/train/health/data", "/train/health/run");

  private static final List<byte[]> QUERIES =
      List.of(
          bytes("?from=3&to=7&quantity=WEIGHT_NORM&worker=worker&since=x-1&session=s"),
          bytes("?session=a%2Fb&from=0&layer=1"),
          bytes("?to=9223372036854775807"),
          bytes("?quantity=GRADIENT_NORM;worker=&&=&%c3%a4=1"));

  private static final List<byte[]> HOSTS = List.of(bytes("localhost:9000"), bytes("127.0.0.1"));
  private static final List<byte[]> ORIGINS = List.of(bytes("http://localhost:9000"));

  private static final StatsStorage STORAGE = new InMemoryStatsStorage();
  private static final List<Route> SINGLE = routes(STORAGE, false);
  private static final List<Route> MULTI = routes(STORAGE, true);

  static {
    SESSIONS.forEach(session -> record(STORAGE, session));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static SimulatedTraining record(StatsStorage storage, String session) {
    SimulatedTraining training =
        new SimulatedTraining(storage, session, 1_700_000_000_000L, "first", "second");
    training.iterate(12);
    training.diverge();
    training.diagnose(DiagnosisFixtures.diagnosis(0, Problem.NON_FINITE, Severity.CRITICAL, 12));
    training.intervene(InterventionFixtures.intervention(0, Kind.SKIP, 12, true));
    return training;
  }

  private static List<Route> routes(StatsStorage storage, boolean multiSession) {
    Sessions sessions = new Sessions(() -> List.of(storage), session -> false);
    return new HealthRoutes(sessions, new RecordedRuns()).routes(multiSession);
  }

  @Provide
  Arbitrary<Random> randoms() {
    return Arbitraries.randoms();
  }

  @Property(
      tries = TRIES,
      seed = Fuzz.SEED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  @Fuzz.OneIn(4)
  void shouldAnswerAnyRequest(@ForAll("randoms") Random random) {
    boolean ofSession = random.nextBoolean();
    Route route = (ofSession ? MULTI : SINGLE).get(random.nextInt(5));
    List<String> path = ofSession ? List.of(session(random)) : List.of();
    byte[] query = Fuzz.input(random, QUERIES);
    Map<String, String> headers = new HashMap<>();
    headers.put("host", header(random, HOSTS));
    if (random.nextInt(3) == 0) {
      headers.put("origin", header(random, ORIGINS));
    }
    headers.put("accept-encoding", random.nextBoolean() ? "gzip" : header(random, QUERIES));
    Fuzz.check(
        query,
        BYTES_PER_BYTE,
        e -> false,
        input ->
            shouldBeAnswered(
                route, path, "/x" + new String(input, StandardCharsets.ISO_8859_1), headers));
  }

  private static String session(Random random) {
    String known = SESSIONS.get(random.nextInt(SESSIONS.size()));
    return random.nextBoolean()
        ? known
        : new String(Fuzz.input(random, List.of(bytes(known))), StandardCharsets.UTF_8);
  }

  private static String header(Random random, List<byte[]> valid) {
    return random.nextInt(3) > 0
        ? new String(valid.get(0), StandardCharsets.UTF_8)
        : new String(Fuzz.input(random, valid), StandardCharsets.UTF_8);
  }

  private static Buffer shouldBeAnswered(
      Route route, List<String> path, String uri, Map<String, String> headers) {
    FakeRequest request = new FakeRequest(uri, headers);
    route.getConsumer().accept(path, request.context());
    Buffer body = Objects.requireNonNull(request.body, "no answer");
    assertThat(STATUS).as(body.toString()).contains(request.status);
    assertThat(String.join("", request.answerHeaders.values()))
        .as("headers")
        .matches("[\\x20-\\x7e]*");
    return body;
  }

  /** Records of another source, beside a run that can be shown. */
  @Property(
      tries = TRIES,
      seed = Fuzz.SEED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  @Fuzz.OneIn(10)
  void shouldShowARunBesideAnyRecords(@ForAll("randoms") Random random) throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    record(storage, "s");
    long bytes = 0;
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      bytes += putChanged(random, storage);
    }
    Fuzz.check(
        new byte[(int) bytes],
        BYTES_PER_BYTE,
        e -> false,
        input -> {
          for (Route route : routes(storage, false)) {
            if (!JSON_ROUTES.contains(route.getRoute())) {
              continue;
            }
            Buffer body = shouldBeAnswered(route, List.of(), "/x", Map.of("host", "localhost"));
            new ObjectMapper().readTree(body.getBytes());
          }
        });
  }

  /** Changes the payload of a record and puts it; returns its size. */
  private static int putChanged(Random random, StatsStorage storage) {
    List<Persistable> all =
        new ArrayList<>(
            storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "worker", Long.MIN_VALUE));
    all.addAll(storage.getAllStaticInfos("s", HealthRecord.TYPE_ID));
    Persistable original = all.get(random.nextInt(all.size()));
    byte[] whole = original.encode();
    int head = 4 + 1 + 1 + 2 + 8 + 3 * 4 + "s".length() + HealthRecord.TYPE_ID.length() + 6;
    byte[] payload = new byte[whole.length - head - 4];
    ByteBuffer.wrap(whole).get(head + 4, payload);
    byte[] changed = Fuzz.input(random, List.of(payload));
    HealthRecord record =
        original instanceof RunRecord
            ? new RunRecord()
            : original instanceof SegmentRecord
                ? new SegmentRecord()
                : original instanceof DiagnosisRecord
                    ? new DiagnosisRecord()
                    : new InterventionRecord();
    record.decode(
        ByteBuffer.allocate(head + 4 + changed.length)
            .put(whole, 0, head)
            .putInt(changed.length)
            .put(changed)
            .array());
    if (original instanceof RunRecord) {
      storage.putStaticInfo(record);
    }
    storage.putUpdate(record);
    return changed.length;
  }
}
