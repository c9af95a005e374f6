package dev.traininghealth.lines;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.traininghealth.guard.RunEndRouter;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.SegmentRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Appends the plugin's records to a file, one JSON object per line, and ignores others.
 *
 * <p>Each line has {@code type}, {@code session} and {@code worker}. The types are {@code run},
 * {@code iteration}, {@code diagnosis}, {@code intervention} and {@code end}. A diagnosis whose
 * state changes has a line for each state. The file is opened for each record, so that it may be
 * moved or deleted while a run lasts, and holds whole lines at any time.
 *
 * @hidden
 */
public final class JsonLinesRouter implements RunEndRouter {
  /** Files are appended to by the threads of all recorders of this program, line by line. */
  private static final Object APPENDING = new Object();

  /** Workers whose rows are remembered; one that is forgotten would be written again. */
  private static final int MAX_WORKERS = 256;

  /** Events of a worker whose state is remembered: more than a run records. */
  private static final int MAX_EVENTS = 4096;

  private final Path file;
  private final Map<Key, Written> workers = new Recent<>(MAX_WORKERS);

  private record Key(String session, String worker) {}

  /** What is written of one worker. */
  private static final class Written {
    /** Hash of what was written last, by the record's key. */
    final Map<Long, Integer> states = new Recent<>(MAX_EVENTS);

    @Nullable IterationLines rows;

    /** Whether the last line of the worker is that of its end. */
    boolean ended;
  }

  /** A map that forgets the entry that was used least recently. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int max;

    Recent(int max) {
      super(16, 0.75f, true);
      this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > max;
    }
  }

  /**
   * Writes nothing yet.
   *
   * @param file is created at the first record, and appended to if it exists
   */
  public JsonLinesRouter(Path file) {
    this.file = file;
  }

  @Override
  public void putStaticInfo(Persistable staticInfo) {
    // The description of a run is put among the updates as well.
  }

  @Override
  public void putStaticInfo(Collection<? extends Persistable> staticInfo) {
    // See above.
  }

  @Override
  public void putStorageMetaData(StorageMetaData storageMetaData) {
    // Each line says what it is.
  }

  @Override
  public void putStorageMetaData(Collection<? extends StorageMetaData> storageMetaData) {
    // See above.
  }

  @Override
  public void putUpdate(Collection<? extends Persistable> updates) {
    updates.forEach(this::putUpdate);
  }

  /**
   * Appends what is new in a record.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  @Override
  public synchronized void putUpdate(Persistable update) {
    if (!(update instanceof HealthRecord record)) {
      return;
    }
    Written written =
        workers.computeIfAbsent(
            new Key(record.getSessionID(), record.getWorkerID()), key -> new Written());
    Lines lines = new Lines(record.getSessionID(), record.getWorkerID());
    IterationLines.Position before = written.rows == null ? null : written.rows.position();
    try {
      add(record, written, lines);
      if (append(lines.toString())) {
        written.ended = false;
      }
    } catch (IOException e) {
      written.states.remove(record.getTimeStamp());
      if (written.rows != null && before != null) {
        written.rows.returnTo(before);
      }
      throw new UncheckedIOException(this + " cannot be written", e);
    } catch (RecordException e) {
      throw new IllegalStateException("the plugin cannot read what it wrote", e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  @Override
  public synchronized void putEnd(String session, String worker) {
    Written written = workers.get(new Key(session, worker));
    if (written == null || written.ended) {
      return;
    }
    Lines lines = new Lines(session, worker);
    try {
      lines.add(LineNames.END, out -> {});
      written.ended = append(lines.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(this + " cannot be written", e);
    }
  }

  @Override
  public String toString() {
    return "the JSON lines file " + file;
  }

  /** Appends whole lines, or nothing if that fails. Returns whether there are any. */
  private boolean append(String lines) throws IOException {
    if (lines.isEmpty()) {
      return false;
    }
    synchronized (APPENDING) {
      try (FileChannel out = FileChannel.open(file, CREATE, READ, WRITE)) {
        long size = out.size();
        String separator = endsWithinLine(out) ? "\n" : "";
        ByteBuffer bytes = ByteBuffer.wrap((separator + lines).getBytes(StandardCharsets.UTF_8));
        out.position(size);
        try {
          while (bytes.hasRemaining()) {
            out.write(bytes);
          }
        } catch (IOException e) { // the disk is full, for example
          out.truncate(size);
          throw e;
        }
      }
    }
    return true;
  }

  /** Whether the last line has no end, as that of a program that was killed while it wrote. */
  private static boolean endsWithinLine(FileChannel in) throws IOException {
    if (in.size() == 0) {
      return false;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    in.read(last, in.size() - 1);
    return last.get(0) != '\n';
  }

  private static void add(HealthRecord record, Written written, Lines lines)
      throws IOException, RecordException {
    if (record instanceof SegmentRecord segment) {
      IterationLines rows = written.rows;
      if (!segment.isMerged() && rows != null) {
        rows.write(segment.segment(), lines);
      }
      return;
    }
    String json = record.json();
    Integer state = json.hashCode();
    if (state.equals(written.states.put(record.getTimeStamp(), state))) {
      return;
    }
    if (record instanceof RunRecord run) {
      IterationLines rows = written.rows;
      if (rows == null || rows.run().startMillis() != run.description().startMillis()) {
        written.rows = new IterationLines(run.description());
      }
      lines.add(LineNames.RUN, out -> writeRecord(json, out));
    } else if (record instanceof DiagnosisRecord diagnosis) {
      addDiagnosis(diagnosis.diagnosis(), json, lines);
    } else if (record instanceof InterventionRecord intervention) {
      String message = intervention.intervention().message().english();
      lines.add(
          LineNames.INTERVENTION,
          out -> {
            out.writeStringField("message", message);
            writeRecord(json, out);
          });
    }
  }

  private static void addDiagnosis(RecordedDiagnosis diagnosis, String json, Lines lines)
      throws IOException {
    lines.add(
        LineNames.DIAGNOSIS,
        out -> {
          out.writeStringField("message", diagnosis.message().english());
          out.writeArrayFieldStart("remedies");
          for (RecordedDiagnosis.Remedy remedy : diagnosis.remedies()) {
            out.writeString(remedy.advice().english());
          }
          out.writeEndArray();
          writeRecord(json, out);
        });
  }

  private static void writeRecord(String json, JsonGenerator out) throws IOException {
    out.writeFieldName(LineNames.RECORD);
    out.writeRawValue(json);
  }
}
