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

/** What becomes one intervention, when it is told, and how much is remembered. */
class InterventionLogTest {
  private final List<Intervention> told = new ArrayList<>();
  private final InterventionLog log = new InterventionLog(true, told::add);

  private void add(Kind kind, long iteration) {
    add(kind, iteration, null, 1);
  }

  private void add(Kind kind, long iteration, @Nullable Diagnosis diagnosis, double after) {
    log.add(
        new InterventionLog.Entry(
            kind, iteration, 2, diagnosis, 9, after, -1, Message.literal("as the test says")));
  }

  @Test
  void shouldTellOfAClippingThatGoesOnAtPowersOfTwo() {
    for (int i = 0; i < 100; i++) {
      add(Kind.CLIP, 10 + i, null, i);
    }
    assertThat(told).extracting(Intervention::times).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L);
    assertThat(told).extracting(Intervention::id).containsOnly(0L);
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
    log.settle();
    assertThat(told).hasSize(8).last().extracting(Intervention::times).isEqualTo(100L);
    log.settle();
    assertThat(told).as("told once").hasSize(8);
    assertThat(log.counts()).containsOnlyKeys(Kind.CLIP).containsEntry(Kind.CLIP, 100L);
  }

  @Test
  void shouldBeginAnotherAfterABreakOrForAnotherReason() {
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
    assertThat(told)
        .as("the third time of the third was settled by the fourth")
        .extracting(Intervention::times)
        .containsExactly(1L, 2L, 1L, 1L, 2L, 3L, 1L);
    assertThat(told.get(3).problem()).isEqualTo("exploding_gradient");
  }

  @Test
  void shouldTellEverythingElseOneByOne() {
    for (Kind kind : Kind.values()) {
      if (kind != Kind.CLIP) {
        add(kind, 5);
        add(kind, 6);
      }
    }
    assertThat(told).hasSize(2 * (Kind.values().length - 1)).isEqualTo(log.interventions());
    assertThat(told).extracting(Intervention::id).doesNotHaveDuplicates();
    assertThat(log.counts()).hasSize(Kind.values().length - 1).containsEntry(Kind.SKIP, 2L);
  }

  @Test
  void shouldGoOnClippingWhateverComesBetween() {
    add(Kind.CLIP, 1);
    add(Kind.SKIP, 2);
    add(Kind.CLIP, 3);
    assertThat(log.interventions())
        .as("in the order in which they began")
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
  void shouldListAClippingThatGoesOnHoweverMuchComesBetween() {
    for (int i = 0; i < 3 * InterventionLog.MAX_LISTED; i++) {
      add(i % 10 == 0 ? Kind.CLIP : Kind.SKIP, i);
    }
    assertThat(log.interventions()).hasSize(InterventionLog.MAX_LISTED);
    assertThat(log.interventions().get(0).kind()).isEqualTo(Kind.CLIP);
    assertThat(log.interventions().get(0).times()).isEqualTo(3 * InterventionLog.MAX_LISTED / 10);
  }

  @Test
  void shouldTellWhatWasDoneLately() {
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
  void shouldSayWhetherItIsApplied() {
    add(Kind.SKIP, 1);
    new InterventionLog(false, told::add)
        .add(new InterventionLog.Entry(Kind.SKIP, 1, 0, null, 1, 0, -1, Message.literal("")));
    assertThat(told).extracting(Intervention::applied).containsExactly(true, false);
  }

  @Test
  void shouldTellEachStateOnceWhereAnotherThreadSettles() throws InterruptedException {
    List<String> states = Collections.synchronizedList(new ArrayList<>());
    InterventionLog shared = new InterventionLog(true, i -> states.add(i.id() + "." + i.times()));
    AtomicBoolean done = new AtomicBoolean();
    Thread flushing =
        new Thread(
            () -> {
              while (!done.get()) {
                shared.settle();
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
