package dev.traininghealth.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NpyArrayTest {
  private static byte[] bytes(INDArray array) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpyArray.write(array, out);
    return out.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16", "INT", "LONG", "UBYTE", "BOOL"})
  void shouldReadWhatItWrote(DataType type) throws IOException {
    INDArray array = Nd4j.createFromArray(1.0, 0, 1, 1, 0, 1).reshape(3, 2).castTo(type);
    INDArray read = NpyArray.read(bytes(array), type);
    assertThat(read).isEqualTo(array);
    assertThat(read.dataType()).isEqualTo(type);
    assertThat(NpyArray.read(bytes(array.transpose()), type)).isEqualTo(array.transpose());
  }

  @Test
  void shouldKeepWhatIsNotFinite() throws IOException {
    INDArray array = Nd4j.createFromArray(Float.NaN, Float.NEGATIVE_INFINITY, -0f, 1e-42f, 3e38f);
    INDArray read = NpyArray.read(bytes(array), DataType.FLOAT);
    assertThat(read.data().asFloat()).containsExactly(array.data().asFloat());
  }

  /** As {@code numpy.save} writes it: DL4J's own reader takes it. */
  @Test
  void shouldWriteTheFormatOfNumPy() throws IOException {
    INDArray array = Nd4j.arange(24).castTo(DataType.FLOAT).reshape(2, 3, 4);
    byte[] bytes = bytes(array);
    assertThat(Nd4j.createNpyFromByteArray(bytes)).isEqualTo(array);
    assertThat(new String(bytes, 10, 70, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }");
    assertThat((bytes.length - 24 * 4) % 64).isZero();
  }

  @Test
  void shouldRefuseWhatItCannotRead() throws IOException {
    byte[] bytes = bytes(Nd4j.ones(DataType.FLOAT, 2, 2));
    assertThatThrownBy(() -> NpyArray.read(new byte[3], DataType.FLOAT))
        .hasMessageContaining("is not an array");
    assertThatThrownBy(() -> NpyArray.read(Arrays.copyOf(bytes, bytes.length - 1), DataType.FLOAT))
        .hasMessageContaining("has 15 bytes of data instead of 16");
  }
}
