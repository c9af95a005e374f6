package dev.traininghealth.bundle;

import dev.traininghealth.FailureBundle;
import dev.traininghealth.Fuzz;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.TrainingHealthListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Any file is a failure bundle, or is refused with its name. */
@AddLifecycleHook(Fuzz.class)
final class BundleFuzzTest {
  private static final int TRIES = 500;

  /** Zip files, and arrays of numbers in them, may be a thousand times as large when read. */
  private static final long BYTES_PER_BYTE = 4_000;

  private static final Path FOLDER = newFolder();
  private static final byte[] WHOLE = written();
  private static final Map<String, byte[]> ENTRIES = unzipped(WHOLE);
  private static final Map<String, byte[]> MODEL =
      unzipped(ENTRIES.getOrDefault("model.zip", new byte[0]));

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("failure-bundle");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] written() {
    MultiLayerNetwork net = LearningNetwork.MLP.create(new Adam(0.01));
    try (TrainingHealthListener listener =
        TrainingHealthListener.builder(new InMemoryStatsStorage()).failureBundles(FOLDER).build()) {
      net.setListeners(listener);
      net.fit(LearningNetwork.MLP.batch(0));
      DataSet bad = LearningNetwork.MLP.batch(1);
      bad.getFeatures().putScalar(0, Float.NaN);
      net.fit(bad);
    }
    try {
      return Files.readAllBytes(file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterContainer
  static void delete() throws IOException {
    Files.deleteIfExists(file());
    Files.delete(FOLDER);
  }

  private static Path file() {
    return FOLDER.resolve("iteration-000001.zip");
  }

  private static Map<String, byte[]> unzipped(byte[] zipped) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(zipped))) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        entries.put(e.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  private static byte[] zipped(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Changes one entry, so that the others can be read. */
  private static Map<String, byte[]> changed(Random random, Map<String, byte[]> entries) {
    Map<String, byte[]> changed = new LinkedHashMap<>(entries);
    List<String> names = new ArrayList<>(entries.keySet());
    String name = names.get(random.nextInt(names.size()));
    changed.put(name, Fuzz.input(random, List.of(entries.getOrDefault(name, new byte[0]))));
    return changed;
  }

  private static byte[] bundle(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Fuzz.input(random, List.of(WHOLE));
      case 1 -> {
        Map<String, byte[]> entries = new LinkedHashMap<>(ENTRIES);
        entries.put("model.zip", zipped(changed(random, MODEL)));
        yield zipped(entries);
      }
      default -> zipped(changed(random, ENTRIES));
    };
  }

  private static boolean isRefusal(Throwable e) {
    return e instanceof IOException && String.valueOf(e.getMessage()).contains(file().toString());
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
  @Fuzz.OneIn(10)
  void shouldReadOrRefuseAnyFile(@ForAll("randoms") Random random) throws IOException {
    byte[] bytes = bundle(random);
    Files.write(file(), bytes);
    Fuzz.check(
        bytes,
        BYTES_PER_BYTE,
        BundleFuzzTest::isRefusal,
        input -> {
          FailureBundle bundle = FailureBundle.open(file());
          bundle.diagnosis();
          bundle.iteration();
          bundle.epoch();
          bundle.isAfterUpdate();
          bundle.origin();
          bundle.multiDataSet();
        });
  }

  @Property(
      tries = TRIES / 5,
      seed = Fuzz.SEED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  @Fuzz.OneIn(100)
  void shouldRestoreOrRefuseAnyNetwork(@ForAll("randoms") Random random) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>(ENTRIES);
    entries.put("model.zip", zipped(changed(random, MODEL)));
    byte[] bytes = zipped(entries);
    Files.write(file(), bytes);
    Fuzz.check(
        bytes,
        BYTES_PER_BYTE,
        BundleFuzzTest::isRefusal,
        input -> FailureBundle.open(file()).network().params());
  }
}
