package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NumpyFileTest {
  @TempDir Path directory;

  /** Reads a file with this header and these bytes, in hexadecimal digits. */
  private INDArray read(String type, boolean fortran, String shape, String hex) throws Exception {
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n"
            .formatted(type, fortran ? "True" : "False", shape);
    byte[] values = HexFormat.of().parseHex(hex.replace(" ", ""));
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.US_ASCII)).put(values);
    return NumpyFile.read(Files.write(directory.resolve("a.npy"), bytes.array()));
  }

  @ParameterizedTest
  @CsvSource({
    "|b1, 01 00, 1, 0",
    "|i1, 7f 80, 127, -128",
    "|u1, 01 ff, 1, 255",
    "<i2, 0100 ffff, 1, -1",
    ">i2, 0001 fffe, 1, -2",
    "<u2, 0100 ffff, 1, 65535",
    "<i4, 02000000 ffffffff, 2, -1",
    "<u4, 02000000 ffffffff, 2, 4294967295",
    "<i8, 0300000000000000 ffffffffffffffff, 3, -1",
    "<u8, 0300000000000000 0000000000000080, 3, 9223372036854775808",
    "<f2, 003c 00c5, 1, -5",
    "<f2, 0100 007c, 5.9604645e-8, Infinity",
    "<f2, 007e ff7b, NaN, 65504",
    "<f4, 0000803f 000000c0, 1, -2",
    ">f4, 3f800000 c0000000, 1, -2",
    "<f8, 000000000000f03f 00000000000000c0, 1, -2"
  })
  void shouldReadEveryTypeOfNumber(String type, String hex, Float first, Float second)
      throws Exception {
    INDArray read = read(type, false, "2,", hex);

    assertThat(read.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(read.shape()).containsExactly(2);
    assertThat(read.getFloat(0)).isEqualTo(first);
    assertThat(read.getFloat(1)).isEqualTo(second);
  }

  @Test
  void shouldReadBothOrders() throws Exception {
    String hex = "01 02 03 04 05 06";

    assertThat(read("|u1", false, "2, 3", hex))
        .isEqualTo(Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}}));
    INDArray fortran = read("|u1", true, "2, 3", hex);
    assertThat(fortran).isEqualTo(Nd4j.createFromArray(new float[][] {{1, 3, 5}, {2, 4, 6}}));
    assertThat(fortran.ordering()).isEqualTo('c');
  }

  @Test
  void shouldReadWhatNd4jWrites() throws Exception {
    INDArray written = Nd4j.rand(DataType.FLOAT, 3, 2, 4);
    Path file = directory.resolve("nd4j.npy");
    Nd4j.writeAsNumpy(written, file.toFile());

    assertThat(NumpyFile.read(file)).isEqualTo(written);
  }

  @Test
  void shouldRefuseWhatIsNoArrayOfNumbers() throws Exception {
    assertThatIOException()
        .isThrownBy(() -> read("<U3", false, "1,", "00"))
        .withMessageContaining("no numbers of a known type");
    assertThatIOException()
        .isThrownBy(() -> read("<f4", false, "2,", "00000000"))
        .withMessageContaining("its shape [2] does not fit its length");
    Path file = Files.writeString(directory.resolve("text.npy"), "some text, no array");
    assertThatIOException().isThrownBy(() -> NumpyFile.read(file)).withMessageContaining("NumPy");
  }
}
