package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * One training during which a {@link Fault} occurs. By default a small network learns for {@value
 * #ITERATIONS} iterations, protected, in one session.
 */
final class FaultRun {
  static final int ITERATIONS = 120;
  private static final long MAX_NEWS_NANOS = 30_000_000_000L;

  private static final Duration MAX_ANSWER = Duration.ofSeconds(5);

  /**
   * One for all: each client has a thread of its own until it is collected. Without an upgrade to
   * HTTP/2, in which an answer of DL4J's server may be lost.
   */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  static final String SESSION = "session";
  static final String WORKER = "worker";

  /** The network, which a fault may replace before it is trained. */
  MultiLayerNetwork net = LearningNetwork.MLP.create(new Adam(1e-3));

  IntFunction<DataSet> batches = LearningNetwork.MLP::batch;

  /** A folder for files. */
  final Path folder;

  /** Whether a listener is attached; without one, the same training shows what is expected. */
  final boolean withPlugin;

  @Nullable TrainingHealthListener listener;

  /** Objects and array elements that the listener holds at the end of training; 0 if unknown. */
  long held;

  /** Networks that the listener measures. */
  int networks = 1;

  /** What is called when training is over and the listener is closed. */
  Runnable repair = () -> {};

  /** What is closed when the plugin's threads have ended. */
  final List<AutoCloseable> opened = new ArrayList<>();

  private int trained;

  FaultRun(Path folder, boolean withPlugin) {
    this.folder = folder;
    this.withPlugin = withPlugin;
  }

  /**
   * {@return whether this is the default training, whose listener holds a known number of objects}
   */
  boolean isOfTheUsualNetwork() {
    return trained == ITERATIONS;
  }

  /** Attaches a protecting listener to the network, if this training has one. */
  void attach(StatsStorageRouter storage) {
    if (withPlugin) {
      IterationClock clock = new IterationClock();
      TrainingHealthListener created =
          TrainingHealthListener.builder(storage)
              .sessionId(SESSION)
              .workerId(WORKER)
              .flushInterval(Duration.ofMillis(10))
              .protecting()
              .clock(clock)
              .build();
      listener = created;
      net.setListeners(created, clock);
    }
  }

  /** Trains until so many minibatches were used. */
  void until(int iterations) {
    while (trained < iterations) {
      net.fit(batches.apply(trained++));
    }
  }

  /** {@return the next minibatch, which counts as used} */
  DataSet next() {
    return batches.apply(trained++);
  }

  /** Trains to the end with a listener that records into a storage. */
  void train(StatsStorageRouter storage) {
    attach(storage);
    until(ITERATIONS);
    close();
  }

  /** Hands all to the storage, and waits for it. */
  void flush() {
    TrainingHealthListener attached = listener;
    if (attached != null) {
      attached.flush();
    }
  }

  /** Ends training. */
  void close() {
    TrainingHealthListener attached = listener;
    if (attached != null) {
      held = objectsOf(attached);
      attached.close();
    }
    repair.run();
  }

  private static long objectsOf(TrainingHealthListener listener) {
    try {
      return HeldObjects.of(listener);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** {@return the bits of parameters and updater state; large networks have too many to list} */
  static String bits(MultiLayerNetwork net) {
    return bits(net.params()) + " " + bits(net.getUpdater().getStateViewArray());
  }

  private static String bits(@Nullable INDArray array) {
    if (array == null || array.isEmpty()) {
      return "none";
    }
    float[] values = array.dup().reshape(array.length()).toFloatVector();
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    for (float value : values) {
      bytes.putInt(Float.floatToRawIntBits(value));
    }
    return values.length + ":" + Long.toHexString(checksum(bytes.array()));
  }

  private static long checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (checksum.getValue() << 32) | (Arrays.hashCode(bytes) & 0xffff_ffffL);
  }

  /** DL4J's UI server on a free port, with a storage attached. */
  static void serve(StatsStorage storage) {
    VertxUIServer.getInstance(0, false, null).attach(storage);
  }

  static void stopServing() {
    try {
      VertxUIServer.stopInstance();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** {@return the page's data, which must be there} */
  private static String page() {
    VertxUIServer server = VertxUIServer.getInstance();
    URI data = URI.create(server.getAddress() + "/train/health/data?session=" + SESSION);
    HttpRequest request = HttpRequest.newBuilder(data).timeout(MAX_ANSWER).build();
    try {
      HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return answer.body();
    } catch (HttpTimeoutException e) {
      return ""; // asked again
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /**
   * Checks that the page shows the run up to an iteration; returns its data. DL4J passes the news
   * of a storage on about once a second.
   */
  String shouldShow(int iterations) {
    if (!withPlugin) {
      return "";
    }
    String page = page();
    long start = System.nanoTime();
    while (!page.contains("\"to\":" + (iterations - 1))
        && System.nanoTime() - start < MAX_NEWS_NANOS) {
      page = page();
    }
    assertThat(page).contains("\"state\":\"data\"").contains("\"to\":" + (iterations - 1));
    return page;
  }

  /** Checks that a storage has the whole run, by the page; returns its data. */
  String shouldShowTheWholeRun(StatsStorage storage) {
    if (!withPlugin) {
      return "";
    }
    serve(storage);
    try {
      return shouldShow(ITERATIONS);
    } finally {
      stopServing();
    }
  }

  static StatsStorage inMemory() {
    return new InMemoryStatsStorage();
  }
}
