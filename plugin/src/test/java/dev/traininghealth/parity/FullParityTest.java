package dev.traininghealth.parity;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** The other cells, and the layers in graphs. */
@Tag("full")
final class FullParityTest extends ParityContract {
  @Override
  Stream<Training> rowsOf(Column column) {
    return Stream.concat(
        Trainings.all().filter(row -> row.isSlow(column)),
        Trainings.layers().map(LayerTraining::asGraph));
  }
}
