package dev.traininghealth.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.traininghealth.InjectedRun;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.intervene.clip.GradientClipping;
import dev.traininghealth.json.NumbersJson;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;

/** The file of a listener's state, which may come from an untrusted source. */
class SavedStateFileTest {
  private static final AtomicBoolean hasRun = new AtomicBoolean();

  /** Runs code when it is deserialized. */
  private static final class Payload implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    @Serial
    private void readObject(ObjectInputStream in) {
      hasRun.set(true);
    }
  }

  private final TrainingHealthListenerBuilder builder =
      TrainingHealthListener.builder(new InMemoryStatsStorage());

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.health");
  }

  private byte[] saved() throws IOException {
    builder.protecting().clipping(GradientClipping.autoClip());
    new InjectedRun(LearningNetwork.MLP, new Adam(0.01), builder).until(40).listener.save(file());
    return Files.readAllBytes(file());
  }

  /** Writes a file with a correct checksum. */
  private void write(int version, byte[] body) throws IOException {
    CRC32C checksum = new CRC32C();
    checksum.update(body);
    ByteBuffer head = ByteBuffer.allocate(16).putInt(0x444c5448).putInt(version);
    head.putLong(checksum.getValue());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(head.array());
    bytes.write(body);
    Files.write(file(), bytes.toByteArray());
  }

  private static byte[] body(String json) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + text.length).putInt(text.length).put(text).array();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void shouldExecuteNoCodeOfTheFile(int version) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(body)) {
      out.writeInt(0);
      try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
        objects.writeObject(new Payload());
      }
    }
    write(version, body.toByteArray());
    hasRun.set(false);
    Throwable refused = catchThrowable(() -> builder.build().restore(file()));

    assertThat(hasRun).as("code of the file has run").isFalse();
    assertThat(refused).isInstanceOf(IOException.class).hasMessageContaining("model.health");
  }

  /** A changed file may have a correct checksum. */
  @Test
  void shouldReadOrRefuseAnyBytes() throws IOException {
    byte[] whole = saved();
    byte[] body = Arrays.copyOfRange(whole, 16, whole.length);
    Random random = new Random(5);
    int read = 0;
    for (int i = 0; i < 1_000; i++) {
      byte[] changed = i % 2 == 0 ? Arrays.copyOf(body, random.nextInt(body.length)) : body.clone();
      for (int n = i % 2 * (1 + random.nextInt(4)); n > 0; n--) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      }
      write(2, changed);
      try {
        SavedState.read(file());
        read++;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("model.health is damaged");
      }
    }
    assertThat(read).as("files with only a changed digit").isPositive();
  }

  /** A readable state may have wrong values; then the run starts as a new one or continues. */
  @Test
  void shouldTrainWithAnyReadableState() throws IOException {
    byte[] whole = saved();
    String json = new String(whole, 20, ByteBuffer.wrap(whole).getInt(16), StandardCharsets.UTF_8);
    byte[] arrays = Arrays.copyOfRange(whole, 20 + json.length(), whole.length);
    Random random = new Random(6);
    for (int i = 0; i < 20; i++) {
      char[] changed = json.toCharArray();
      for (int n = 0; n < 30; n++) {
        int at = random.nextInt(changed.length);
        changed[at] =
            Character.isDigit(changed[at]) ? (char) ('1' + random.nextInt(9)) : changed[at];
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.write(body(new String(changed)));
      body.write(arrays);
      write(2, body.toByteArray());
      TrainingHealthListener listener = builder.build();
      if (catchThrowable(() -> listener.restore(file())) instanceof IOException) {
        continue;
      }
      InjectedRun run = new InjectedRun(LearningNetwork.MLP, new Adam(0.01), listener).until(3);
      assertThat(run.net.params().sumNumber().doubleValue()).isFinite();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{\"statistics\": 1}",
        "{\"statistics\": {}, \"protection\": {}}",
        "{\"statistics\": {}, \"statistics\": {}}",
        "{\"statistics\": {\"a\": true}}",
        "{\"statistics\": {\"a\": \"text\"}}",
        "{\"statistics\": {\"a\": []}}",
        "{\"statistics\": {\"a\": [1, 2.5]}}",
        "{\"statistics\": {\"a\": [[1]]}}",
        "{\"statistics\": {\"a\": [{}]}}",
        "{\"statistics\": {\"a\": \"double[1]\"}}",
        "{\"statistics\": {\"a\": \"long[999999999]\"}}",
        "{\"statistics\": {\"a\": \"java.net.URL[0]\"}}",
        "{\"statistics\": {\"@class\": \"java.net.URL\"}}",
        "{\"statistics\": {}} 1"
      })
  void shouldRefuseOtherText(String json) throws IOException {
    write(2, body(json));
    assertDamaged();
  }

  private void assertDamaged() {
    assertThatThrownBy(() -> SavedState.read(file()))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("model.health is damaged");
  }

  @Test
  void shouldRefuseDeepNesting() throws IOException {
    for (String deep : new String[] {"{\"a\":", "["}) {
      write(2, body("{\"statistics\": {\"a\":" + deep.repeat(1_000_000)));
      assertDamaged();
    }
    write(2, body("{\"statistics\": " + "{\"a\":".repeat(14) + "{}" + "}".repeat(15)));
    assertThat(SavedState.read(file()).statistics().has("a")).isTrue();
    write(2, body("{\"statistics\": " + "{\"a\":".repeat(15) + "{}" + "}".repeat(16)));
    assertThatThrownBy(() -> SavedState.read(file())).hasMessageContaining("nested deeper than 16");
  }

  @Test
  void shouldRefuseLargeStates() throws IOException {
    write(2, body("{\"statistics\": {\"a\": " + "1".repeat(1_000_000) + "}}"));
    assertThatThrownBy(() -> SavedState.read(file())).hasMessageContaining("longer than any");
    write(2, body("{\"statistics\": {\"a\": [" + "1,".repeat(40) + "1]}}"));
    assertThatThrownBy(() -> SavedState.read(file())).hasMessageContaining("more than 32");
    StringBuilder many = new StringBuilder("{\"statistics\": {\"a\": 1");
    for (int i = 0; i < NumbersJson.MAX_ENTRIES; i++) {
      many.append(",\"").append(i).append("\":1");
    }
    write(2, body(many.append("}}").toString()));
    assertThatThrownBy(() -> SavedState.read(file())).hasMessageContaining("500000 values");
    write(2, body(" ".repeat(NumbersJson.MAX_JSON_BYTES + 1)));
    assertDamaged();
    try (var out = Files.newOutputStream(file())) {
      out.write(ByteBuffer.allocate(16).putInt(0x444c5448).putInt(2).array());
      for (int i = 0; i <= 64; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    assertThatThrownBy(() -> SavedState.read(file()))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("model.health is larger than any state");
  }

  @Test
  void shouldKeepTheOldFileIfTheDiskIsFull() throws IOException {
    Files.writeString(file(), "the good old state");
    assertThatThrownBy(
            () ->
                ReplacedFile.write(
                    file(),
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");

    assertThat(file()).hasContent("the good old state");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file());
    }
  }

  @Test
  void shouldReplaceTheTargetOfALink() throws IOException {
    Path link = folder.resolve("link.health");
    Files.writeString(file(), "old");
    Files.createSymbolicLink(link, file());
    ReplacedFile.write(link, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));

    assertThat(link).isSymbolicLink();
    assertThat(file()).hasContent("new");
  }

  /** People can read the file. */
  @Test
  void shouldBeReadableText() throws IOException {
    byte[] whole = saved();
    String json = new String(whole, 20, ByteBuffer.wrap(whole).getInt(16), StandardCharsets.UTF_8);

    assertThat(json)
        .contains("\"seen\" : 40")
        .contains("\"learningRateFactor\" : 1.0")
        .contains("\"AutoClip\"")
        .doesNotContain("dev.traininghealth");
  }
}
