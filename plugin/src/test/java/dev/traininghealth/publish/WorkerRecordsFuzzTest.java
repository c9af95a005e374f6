package dev.traininghealth.publish;

import dev.traininghealth.Fuzz;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.Series.Scope;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Whatever a worker on Spark sends, the driver reads or refuses it. */
@AddLifecycleHook(Fuzz.class)
final class WorkerRecordsFuzzTest {
  private static final int TRIES = 1_000;
  private static final long BYTES_PER_BYTE = 1_000;

  private static final RunDescription RUN = RecordFixtures.denseRun(2);

  private static final List<byte[]> WHOLE =
      List.of(
          RecordFixtures.runRecord("s", "w", RUN).encode(),
          RecordFixtures.segmentRecord(
                  "s",
                  "w",
                  1,
                  RecordFixtures.rows(RUN).row(0).set(Quantity.SCORE, Scope.RUN, 0, 1).segment())
              .encode(),
          DiagnosisFixtures.record(
                  "s",
                  "w",
                  2,
                  DiagnosisFixtures.recorded(
                      DiagnosisFixtures.diagnosis(0, Problem.NON_FINITE, Severity.CRITICAL, 0),
                      RUN))
              .encode(),
          InterventionFixtures.record(
                  "s",
                  "w",
                  3,
                  InterventionFixtures.recorded(
                      InterventionFixtures.intervention(0, Kind.SKIP, 0, true), RUN, 1))
              .encode());

  private static final List<Supplier<HealthRecord>> KINDS =
      List.of(RunRecord::new, SegmentRecord::new, DiagnosisRecord::new, InterventionRecord::new);

  @Provide
  Arbitrary<Random> randoms() {
    return Arbitraries.randoms();
  }

  @Property(
      tries = TRIES,
      seed = Fuzz.SEED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void shouldReadOrRefuseAnyRecord(@ForAll("randoms") Random random) {
    int kind = random.nextInt(KINDS.size());
    HealthRecord record = KINDS.get(kind).get();
    RecordedWorker worker = new RecordedWorker("s", "w");
    Fuzz.check(
        Fuzz.input(random, List.of(WHOLE.get(kind))),
        BYTES_PER_BYTE,
        e -> e instanceof IllegalArgumentException || e instanceof RecordException,
        input -> {
          record.decode(input);
          add(record, worker);
          worker.costShare();
          worker.counts();
        });
  }

  private static void add(HealthRecord record, RecordedWorker worker) throws RecordException {
    worker.add(RUN, RunRecord.Coverage.NONE);
    if (record instanceof RunRecord run) {
      worker.add(run.description(), run.coverage());
    } else if (record instanceof SegmentRecord segment && !segment.isMerged()) {
      worker.add(segment.segment());
    } else if (record instanceof DiagnosisRecord found) {
      worker.add(RecordReading.diagnosis(found.diagnosis()));
    } else if (record instanceof InterventionRecord done) {
      worker.add(RecordReading.intervention(done.intervention()), done.intervention());
    }
  }
}
