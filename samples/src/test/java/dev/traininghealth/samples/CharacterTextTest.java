package dev.traininghealth.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

class CharacterTextTest {
  @TempDir Path directory;

  private Path file(byte... bytes) throws Exception {
    return Files.write(directory.resolve("text"), bytes);
  }

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("text"), text);
  }

  @Test
  void shouldLabelEachLetterWithTheNext() throws Exception {
    CharacterText text = CharacterText.read(file("aabaabaab"), 5);

    List<DataSet> minibatches = text.minibatches(8, 4, 1);

    assertThat(minibatches).hasSize(1);
    DataSet both = minibatches.get(0);
    assertThat(both.getFeatures().shape()).containsExactly(2, 2, 4);
    for (int example = 0; example < 2; example++) {
      for (int step = 0; step < 3; step++) {
        for (int letter = 0; letter < 2; letter++) {
          assertThat(both.getLabels().getDouble(example, letter, step))
              .isEqualTo(both.getFeatures().getDouble(example, letter, step + 1));
        }
      }
    }
    assertThat(both.getFeatures().sumNumber().doubleValue()).isEqualTo(2 * 4);
  }

  @Test
  void shouldTakeCharactersBeyondTheBasicPlaneAsOne() throws Exception {
    CharacterText text = CharacterText.read(file("🌱🌳🌱🌱"), 2);

    assertThat(text.length()).isEqualTo(4);
    assertThat(text.alphabetSize()).isEqualTo(2);
    assertThat(text.character(text.letterAt(1))).isEqualTo("🌳");
  }

  @Test
  void shouldLetRareCharactersShareALetter() throws Exception {
    StringBuilder many = new StringBuilder("aab");
    for (int c = 0x4e00; c < 0x4e00 + 500; c++) {
      many.appendCodePoint(c);
    }

    CharacterText text = CharacterText.read(file(many.toString()), 5);

    assertThat(text.alphabetSize()).isEqualTo(200);
    assertThat(text.character(text.letterAt(0))).isEqualTo("a");
    assertThat(text.character(text.letterAt(text.length() - 1))).isEqualTo("\uFFFD");
  }

  @Test
  void shouldRefuseWhatIsNoText() throws Exception {
    refuses(directory, "No such file");
    refuses(directory.resolve("missing"), "No such file");
    refuses(file("abc\u0000defg"), "binary");
    refuses(file(new byte[] {(byte) 0xff, (byte) 0xfe, 65, 66, 67, 68}), "Not a text in UTF-8");
    refuses(file(""), "has 0 characters, and at least 5");
    refuses(file("abcd"), "has 4 characters, and at least 5");
    refuses(file("aaaaaaaaaa"), "not all the same");
  }

  private static void refuses(Path file, String why) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> CharacterText.read(file, 5))
        .withMessageContaining(why)
        .withMessageContaining(file.toString());
  }
}
