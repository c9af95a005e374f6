package dev.traininghealth.array;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OffHeapMemoryTest {
  @Test
  void shouldFreeAnArrayAndNothingElse() {
    INDArray array = Nd4j.ones(2, 3);
    OffHeapMemory.release(array.getRow(1));
    OffHeapMemory.release((INDArray) null);
    OffHeapMemory.release(Nd4j.empty(DataType.FLOAT));
    assertThat(array.wasClosed()).isFalse();
    OffHeapMemory.release(array);
    assertThat(array.wasClosed()).isTrue();
    OffHeapMemory.release(array);
  }

  @Test
  void shouldLeaveAWorkspaceAlone() {
    try (MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace("OffHeapMemoryTest")) {
      INDArray array = Nd4j.ones(2, 3);
      OffHeapMemory.release(array);
      assertThat(workspace.getId()).isEqualTo("OffHeapMemoryTest");
      assertThat(array.sumNumber().doubleValue()).isEqualTo(6);
    }
  }

  @Test
  void shouldLeaveWhatIsKeptAndAnyViewOfIt() {
    INDArray kept = Nd4j.ones(2, 3);
    INDArray result = Nd4j.ones(2, 3);
    OffHeapMemory.release(
        Arrays.asList(kept, kept.reshape(3, 2), kept.getRow(0), null, result),
        Arrays.asList(null, kept));
    assertThat(kept.wasClosed()).isFalse();
    assertThat(result.wasClosed()).isTrue();
  }
}
