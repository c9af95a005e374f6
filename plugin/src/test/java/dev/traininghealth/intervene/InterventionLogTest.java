package dev.traininghealth.intervene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which changes are merged into one intervention, when it is reported, and how many are kept. */
class InterventionLogTest {
  private final List<Intervention> reported = new ArrayList<>();
  private final InterventionLog log = new InterventionLog(true, reported::add);

  private void add(Kind kind, long iteration) {
    add(kind, iteration, null, 1);
  }

  private void add(Kind kind, long iteration, @Nullable Diagnosis diagnosis, double after) {
    log.add(
        new InterventionLog.Entry(
            kind, iteration, 2, diagnosis, 9, after, -1, Message.literal("a test")));
  }

  @Test
  void shouldReportAContinuingClippingAtPowersOfTwo() {
    for (int i = 0; i < 100; i++) {
      add(Kind.CLIP, 10 + i, null, i);
    }
    assertThat(reported)
        .extracting(Intervention::times)
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L);
    assertThat(reported).extracting(Intervention::id).containsOnly(0L);
    assertThat(log.interventions())
        .singleElement()
        .satisfies(
            i -> {
              assertThat(i.times()).isEqualTo(100);
              assertThat(i.iteration()).isEqualTo(10);
              assertThat(i.lastIteration()).isEqualTo(109);
              assertThat(i.before()).isEqualTo(9);
              assertThat(i.after()).isEqualTo(99);
            });
    log.reportPending();
    assertThat(reported).hasSize(8).last().extracting(Intervention::times).isEqualTo(100L);
    log.reportPending();
    assertThat(reported).as("reported once").hasSize(8);
    assertThat(log.counts()).containsOnlyKeys(Kind.CLIP).containsEntry(Kind.CLIP, 100L);
  }

  @Test
  void shouldStartAnotherAfterABreakOrForAnotherReason() {
    Diagnosis diagnosis =
        FakeSituation.diagnosis(Problem.EXPLODING_GRADIENT, Severity.WARNING, null);
    add(Kind.CLIP, 0);
    add(Kind.CLIP, 50);
    add(Kind.CLIP, 101); // 51 later
    add(Kind.CLIP, 102, diagnosis, 1);
    add(Kind.CLIP, 103, diagnosis, 1);
    add(Kind.CLIP, 104, diagnosis, 1);
    add(Kind.CLIP, 105);
    assertThat(log.interventions()).extracting(Intervention::times).containsExactly(2L, 1L, 3L, 1L);
    assertThat(log.interventions())
        .extracting(Intervention::diagnosisId)
        .containsExactly(-1L, -1L, 7L, -1L);
    assertThat(reported)
        .as("the fourth intervention reports the pending third time of the third")
        .extracting(Intervention::times)
        .containsExactly(1L, 2L, 1L, 1L, 2L, 3L, 1L);
    assertThat(reported.get(3).problem()).isEqualTo("exploding_gradient");
  }

  @Test
  void shouldReportAllOtherKindsEachTime() {
    for (Kind kind : Kind.values()) {
      if (kind != Kind.CLIP) {
        add(kind, 5);
        add(kind, 6);
      }
    }
    assertThat(reported).hasSize(2 * (Kind.values().length - 1)).isEqualTo(log.interventions());
    assertThat(reported).extracting(Intervention::id).doesNotHaveDuplicates();
    assertThat(log.counts()).hasSize(Kind.values().length - 1).containsEntry(Kind.SKIP, 2L);
  }

  @Test
  void shouldContinueAClippingAfterOtherKinds() {
    add(Kind.CLIP, 1);
    add(Kind.SKIP, 2);
    add(Kind.CLIP, 3);
    assertThat(log.interventions())
        .as("in the order of their first iterations")
        .extracting(Intervention::kind)
        .containsExactly(Kind.CLIP, Kind.SKIP);
    assertThat(log.interventions().get(0).times()).isEqualTo(2);
  }

  @Test
  void shouldListTheLatestAndCountAll() {
    for (int i = 0; i < 3 * InterventionLog.MAX_LISTED; i++) {
      add(Kind.SKIP, i);
    }
    assertThat(log.interventions()).hasSize(InterventionLog.MAX_LISTED);
    assertThat(log.interventions().get(0).iteration()).isEqualTo(2 * InterventionLog.MAX_LISTED);
    assertThat(log.counts()).containsEntry(Kind.SKIP, 3L * InterventionLog.MAX_LISTED);
    assertThat(log.count(Kind.SKIP, Long.MAX_VALUE, 3000)).isEqualTo(128);
  }

  @Test
  void shouldListAContinuingClippingAfterManyOthers() {
    for (int i = 0; i < 3 * InterventionLog.MAX_LISTED; i++) {
      add(i % 10 == 0 ? Kind.CLIP : Kind.SKIP, i);
    }
    assertThat(log.interventions()).hasSize(InterventionLog.MAX_LISTED);
    assertThat(log.interventions().get(0).kind()).isEqualTo(Kind.CLIP);
    assertThat(log.interventions().get(0).times()).isEqualTo(3 * InterventionLog.MAX_LISTED / 10);
  }

  @Test
  void shouldCountRecentInterventions() {
    assertThat(log.iterationsSince(Kind.SKIP, 40)).isEqualTo(Long.MAX_VALUE);
    assertThat(log.count(Kind.SKIP, 10, 40)).isZero();
    add(Kind.SKIP, 30);
    add(Kind.SKIP, 31);
    add(Kind.SKIP, 39);
    add(Kind.ROLLBACK, 40);
    assertThat(log.iterationsSince(Kind.SKIP, 40)).isEqualTo(1);
    assertThat(log.iterationsSince(Kind.ROLLBACK, 40)).isZero();
    assertThat(log.count(Kind.SKIP, 10, 40)).as("iterations 31 to 40").isEqualTo(2);
    assertThat(log.count(Kind.SKIP, 11, 40)).isEqualTo(3);
  }

  @Test
  void shouldRecordWhetherItIsApplied() {
    add(Kind.SKIP, 1);
    new InterventionLog(false, reported::add)
        .add(new InterventionLog.Entry(Kind.SKIP, 1, 0, null, 1, 0, -1, Message.literal("")));
    assertThat(reported).extracting(Intervention::applied).containsExactly(true, false);
  }

  @Test
  void shouldReportEachStateOnceIfAnotherThreadReportsPending() throws InterruptedException {
    List<String> states = Collections.synchronizedList(new ArrayList<>());
    InterventionLog shared = new InterventionLog(true, i -> states.add(i.id() + "." + i.times()));
    AtomicBoolean done = new AtomicBoolean();
    Thread flushing =
        new Thread(
            () -> {
              while (!done.get()) {
                shared.reportPending();
              }
            });
    flushing.start();
    for (int i = 0; i < 30_000; i++) {
      long iteration = 100L * (i / 3) + i % 3; // three in a row, then a break
      shared.add(
          new InterventionLog.Entry(
              Kind.CLIP, iteration, 0, null, 9, 1, -1, Message.literal("a test")));
    }
    done.set(true);
    flushing.join();

    assertThat(states).doesNotHaveDuplicates();
  }
}
