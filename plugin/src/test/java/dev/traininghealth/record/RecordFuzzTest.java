package dev.traininghealth.record;

import dev.traininghealth.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

/** Any bytes are a record, or are refused. They may come from another machine or a broken file. */
@AddLifecycleHook(Fuzz.class)
final class RecordFuzzTest {
  private static final int TRIES = 2_000;

  /** A record of 100 buckets is read as columns of doubles, objects and messages. */
  private static final long BYTES_PER_BYTE = 400;

  private static final List<Supplier<HealthRecord>> KINDS =
      List.of(RunRecord::new, SegmentRecord::new, DiagnosisRecord::new, InterventionRecord::new);

  private static final List<byte[]> WHOLE =
      List.of(
          resource("run.record"),
          resource("segment.record"),
          resource("diagnosis.record"),
          resource("intervention.record"),
          coarse());

  private static byte[] resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(RecordFuzzTest.class.getResourceAsStream("/records/" + name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A segment of two rows per bucket, some of which are not finite. */
  private static byte[] coarse() {
    SegmentRows rows = new SegmentRows(3, 64);
    List<Segment> segments = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      for (int r = 0; r < 8; r++) {
        rows.add(8 * s + r, 1_000 + r, 0);
        rows.set(0, r % 3 == 0 ? Double.NaN : r);
        rows.set(1, 1);
        if (r % 2 == 0) {
          rows.set(2, Double.POSITIVE_INFINITY);
        }
      }
      segments.add(rows.toSegment(1, 8L * s));
      rows.clear();
    }
    return new SegmentRecord("s", "w", 1, new SegmentMerger().merge(segments)).encode();
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
  void shouldReadOrRefuseAnyRecord(@ForAll("randoms") Random random) {
    byte[] bytes = Fuzz.input(random, WHOLE);
    HealthRecord record = KINDS.get(random.nextInt(KINDS.size())).get();
    Fuzz.check(
        bytes,
        BYTES_PER_BYTE,
        e -> e instanceof IllegalArgumentException || e instanceof RecordException,
        input -> {
          decode(record, input, random.nextInt(3));
          readAll(record);
        });
  }

  /** The header is whole, so that the payload is reached. */
  @Property(
      tries = TRIES,
      seed = Fuzz.SEED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void shouldReadOrRefuseAnyPayload(@ForAll("randoms") Random random) throws Exception {
    int kind = random.nextInt(KINDS.size());
    HealthRecord whole = KINDS.get(kind).get();
    whole.decode(WHOLE.get(kind == 1 && random.nextBoolean() ? 4 : kind));
    byte[] payload = Fuzz.input(random, List.of(whole.payload()));
    HealthRecord record = KINDS.get(kind).get();
    Fuzz.check(
        payload,
        BYTES_PER_BYTE,
        e -> e instanceof RecordException,
        input -> {
          record.decode(withPayload(whole, input));
          readAll(record);
        });
  }

  private static byte[] withPayload(HealthRecord whole, byte[] payload) throws RecordException {
    byte[] bytes = whole.encode();
    int head = bytes.length - whole.payload().length - Integer.BYTES;
    return ByteBuffer.allocate(head + Integer.BYTES + payload.length)
        .put(bytes, 0, head)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  private static void decode(HealthRecord record, byte[] bytes, int how) throws IOException {
    switch (how) {
      case 0 -> record.decode(bytes);
      case 1 -> record.decode(new ByteArrayInputStream(bytes));
      default -> record.decode(ByteBuffer.wrap(bytes));
    }
  }

  private static void readAll(HealthRecord record) throws RecordException {
    if (record instanceof RunRecord run) {
      Fuzz.use(run.description());
    } else if (record instanceof DiagnosisRecord diagnosis) {
      Fuzz.use(diagnosis.diagnosis().message().toString());
      Fuzz.use(diagnosis.diagnosis());
    } else if (record instanceof InterventionRecord intervention) {
      Fuzz.use(intervention.intervention());
    } else if (record instanceof SegmentRecord segment && !segment.isMerged()) {
      readAll(segment.segment());
    }
  }

  private static void readAll(Segment segment) {
    double sum = segment.rows() + segment.run() + segment.firstRow();
    for (int b = 0; b < segment.buckets(); b++) {
      sum += segment.firstIteration(b) + segment.lastIteration(b);
      sum += segment.timeMillis(b) + segment.epoch(b);
      for (int s = 0; s < segment.series(); s++) {
        sum += segment.count(s, b) + segment.min(s, b) + segment.max(s, b) + segment.mean(s, b);
      }
    }
    int[] column = new int[segment.buckets()];
    for (int s = 0; s < segment.series(); s++) {
      segment.copyColumns(s, column, column.clone(), column.clone(), column.clone(), 0);
      sum += segment.nonFinite(s).size();
    }
    Fuzz.use(sum);
  }
}
