package dev.traininghealth.run;

import dev.traininghealth.Fuzz;
import dev.traininghealth.InjectedRun;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.intervene.clip.GradientClipping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.learning.config.Adam;

/** Any file is a saved state, or is refused with its name. */
@AddLifecycleHook(Fuzz.class)
final class SavedStateFuzzTest {
  private static final int TRIES = 1_000;
  private static final long BYTES_PER_BYTE = 400;
  private static final int HEADER_BYTES = 16;

  private static final Path FOLDER = newFolder();
  private static final byte[] WHOLE = saved();

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("saved-state");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] saved() {
    InjectedRun run =
        new InjectedRun(
            LearningNetwork.MLP,
            new Adam(0.01),
            TrainingHealthListener.builder(new InMemoryStatsStorage())
                .protecting()
                .clipping(GradientClipping.autoClip()));
    try {
      run.until(40).listener.save(file());
      run.listener.close();
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
    return FOLDER.resolve("model.health");
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
  void shouldReadOrRefuseAnyFile(@ForAll("randoms") Random random) throws IOException {
    boolean ofRightChecksum = random.nextInt(4) > 0;
    byte[] body = Arrays.copyOfRange(WHOLE, HEADER_BYTES, WHOLE.length);
    byte[] file =
        ofRightChecksum
            ? withHeader(Fuzz.input(random, List.of(body)))
            : Fuzz.input(random, List.of(WHOLE));
    Files.write(file(), file);
    Fuzz.check(
        file,
        BYTES_PER_BYTE,
        e -> e instanceof IOException && String.valueOf(e.getMessage()).contains("model.health"),
        input -> SavedState.read(file()));
  }

  private static byte[] withHeader(byte[] body) {
    CRC32C checksum = new CRC32C();
    checksum.update(body);
    return ByteBuffer.allocate(HEADER_BYTES + body.length)
        .put(WHOLE, 0, HEADER_BYTES - Long.BYTES)
        .putLong(checksum.getValue())
        .put(body)
        .array();
  }
}
