package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.Recorder.Settings;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.NonFinite;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.Series.Scope;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A long run through the real recorder into a real storage, with DL4J's reports. */
@Timeout(300)
class SoakTest {
  private static final int ITERATIONS = 1_000_000;
  private static final int LAYERS = 50;
  private static final long START = 1_700_000_000_000L;

  private final NetworkLayout layout = RecordFixtures.denseLayout(LAYERS);
  private final RunDescription run = RecordConversion.run(layout, START, Map.of());
  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

  @Test
  void shouldStaySmallAndLoseNothingInAMillionIterations() throws Exception {
    Random random = new Random(20);
    int spikeAt = random.nextInt(ITERATIONS);
    int nanAt = random.nextInt(ITERATIONS);
    int infinityAt = random.nextInt(ITERATIONS);
    int spiked = 2 * random.nextInt(LAYERS);
    int died = 2 * random.nextInt(LAYERS);
    int overflowed = 2 * random.nextInt(LAYERS);

    long before = usedHeap();
    Recorder recorder = recorder();
    MeasurementWriter m = new Measurements(layout).at(0, START);
    for (int i = 0; i < ITERATIONS; i++) {
      vary(m, i, random);
      double[] gradient = {m.gradientNorm[spiked], m.gradientNorm[died], m.weightNorm[overflowed]};
      m.gradientNorm[spiked] = i == spikeAt ? 1e6 : gradient[0];
      m.gradientNorm[died] = i == nanAt ? Double.NaN : m.gradientNorm[died];
      m.weightNorm[overflowed] = i == infinityAt ? Double.POSITIVE_INFINITY : gradient[2];
      m.weightIteration = i == infinityAt ? i : m.weightIteration;
      recorder.record(m);
      m.gradientNorm[spiked] = gradient[0];
      m.gradientNorm[died] = gradient[1];
      m.weightNorm[overflowed] = gradient[2];
    }
    recorder.flush();
    long used = usedHeap() - before; // the recorder's own memory included

    assertThat(used).isLessThan(64L << 20);
    // How many depends on how long this machine takes for the million: some seven a second.
    assertThat(storage.getNumUpdateRecordsFor("s", StatsListener.TYPE_ID, "w"))
        .isBetween(10, 2_000);
    List<Segment> segments = segments();
    assertThat(segments.stream().mapToLong(Segment::rows).sum()).isEqualTo(ITERATIONS);
    assertSpike(segments, Quantity.GRADIENT_NORM, spiked / 2, spikeAt);
    assertThat(nonFinite(segments, Quantity.GRADIENT_NORM, died / 2))
        .containsExactly("1 0 0 at " + nanAt);
    assertThat(nonFinite(segments, Quantity.WEIGHT_NORM, overflowed / 2))
        .containsExactly("0 1 0 at " + infinityAt);
    recorder.close();
    assertPageShows(spikeAt, nanAt, infinityAt);
  }

  /** What the Health page gets of all that: little, with all three in it. */
  private void assertPageShows(int spikeAt, int nanAt, int infinityAt) throws Exception {
    VertxUIServer server = VertxUIServer.getInstance(0, false, null);
    try {
      server.attach(storage);
      HttpResponse<String> page =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .build()
              .send(
                  HttpRequest.newBuilder(URI.create(server.getAddress() + "/train/health/data"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body().length()).isLessThan(500_000);
      JsonNode series = new ObjectMapper().readTree(page.body()).get("series");
      JsonNode gradient = series.get("GRADIENT_NORM");
      List<Integer> spikes = new ArrayList<>();
      for (int column = 0; column < gradient.get("max").size(); column++) {
        if (gradient.get("max").get(column).asDouble() > 900_000) {
          spikes.add(column);
        }
      }
      assertThat(spikes).as("columns with the spike at %d", spikeAt).hasSize(1);
      assertThat(gradient.get("nonFinite").toString())
          .isEqualTo("[[%1$d,%1$d,1,0,0]]".formatted(nanAt));
      assertThat(series.get("WEIGHT_NORM").get("nonFinite").toString())
          .isEqualTo("[[%1$d,%1$d,0,1,0]]".formatted(infinityAt));
    } finally {
      VertxUIServer.stopInstance();
    }
  }

  private Recorder recorder() {
    return new Recorder(
        layout,
        run.settings(),
        "org.deeplearning4j.nn.multilayer.MultiLayerNetwork",
        5_500,
        () -> "{}",
        storage,
        "s",
        "w",
        new Settings(Settings.DEFAULT_FLUSH_INTERVAL, true, ""),
        Clock.fixed(Instant.ofEpochMilli(START), ZoneOffset.UTC),
        Duration.ofSeconds(60));
  }

  /** Every value another than at the iteration before; the expensive ones every hundredth time. */
  private static void vary(MeasurementWriter m, int iteration, Random random) {
    double noise = 1 + random.nextInt(1 << 16) / 65536.0;
    m.iteration = iteration;
    m.timeMillis = START + iteration;
    m.score = noise;
    m.stepMillis = noise;
    m.weightIteration = iteration % 2 == 0 ? iteration : iteration - 1;
    m.updateIteration = m.weightIteration;
    for (int p = 0; p < m.gradientNorm.length; p++) {
      m.gradientNorm[p] = noise * (p + 1);
      m.weightNorm[p] = noise + p;
      m.updateNorm[p] = noise / (p + 1);
    }
    if (iteration % 100 == 0) {
      for (int p = 0; p < m.largestSingularValue.length; p += 2) {
        m.largestSingularValue[p] = noise * (p + 2);
        m.singularValueIteration[p] = iteration;
        m.weightMeanMagnitude[p] = noise;
        m.updateMeanMagnitude[p] = noise / 8;
      }
      for (int l = 0; l < m.activationRms.length; l++) {
        m.activationRms[l] = noise + l;
        m.activationStandardDeviation[l] = noise + l;
        m.activationMean[l] = noise;
        m.activationIteration[l] = iteration;
      }
    }
  }

  private List<Segment> segments() {
    List<Segment> segments = new ArrayList<>();
    for (Persistable update :
        storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE)) {
      if (!(update instanceof SegmentRecord stored)) {
        continue; // what describes the run
      }
      SegmentRecord record = new SegmentRecord();
      record.decode(stored.encode()); // as from a file or another process
      if (!record.isMerged()) {
        try {
          segments.add(record.segment());
        } catch (RecordException e) {
          throw new AssertionError(e);
        }
      }
    }
    return Segment.inOrder(segments);
  }

  private void assertSpike(List<Segment> segments, Quantity quantity, int layer, int at) {
    int series = run.indexOf(quantity, Scope.LAYER, layer);
    int found = 0;
    for (Segment segment : segments) {
      for (int b = 0; b < segment.buckets(); b++) {
        boolean holds = segment.firstIteration(b) <= at && segment.lastIteration(b) >= at;
        assertThat(segment.max(series, b) > 900_000).isEqualTo(holds);
        found += holds ? 1 : 0;
      }
    }
    assertThat(found).isEqualTo(1);
  }

  private List<String> nonFinite(List<Segment> segments, Quantity quantity, int layer) {
    List<String> found = new ArrayList<>();
    for (Segment segment : segments) {
      for (NonFinite n : segment.nonFinite(run.indexOf(quantity, Scope.LAYER, layer))) {
        assertThat(n.lastIteration()).isEqualTo(n.firstIteration());
        found.add(
            n.nans()
                + " "
                + n.positiveInfinities()
                + " "
                + n.negativeInfinities()
                + " at "
                + n.firstIteration());
      }
    }
    return found;
  }

  private static long usedHeap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
