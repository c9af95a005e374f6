package dev.traininghealth.intervene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.intervene.clip.GradientClipping;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.io.Serial;
import org.junit.jupiter.api.Test;

final class ProtectionStateTest {
  /** Has a number as its state, and may fail with neither an exception nor an error. */
  private static final class StatefulRule implements GradientClipping, Restorable {
    @Serial private static final long serialVersionUID = 1L;

    long number = 1;
    boolean fails;

    @Override
    public String name() {
      return "stateful";
    }

    @Override
    public void clip(ClippableGradient gradient) {}

    @Override
    public void save(SavedNumbers to) {
      to.put("number", number);
      if (fails && number == 1) {
        StatefulRule.<RuntimeException>sneak(new Throwable("deliberate"));
      }
    }

    @Override
    public void restore(SavedNumbers from) {
      number = from.getLong("number");
      if (fails && number == 2) {
        StatefulRule.<RuntimeException>sneak(new Throwable("deliberate"));
      }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
      throw (E) thrown;
    }
  }

  @Test
  void shouldOmitARuleThatCannotBeSaved() {
    StatefulRule rule = new StatefulRule();
    assertThat(ProtectionState.of(1, 1, rule, new SavedNumbers()).clipping().names())
        .containsExactly("stateful");

    rule.fails = true;
    assertThat(ProtectionState.of(1, 1, rule, new SavedNumbers()).clipping().names()).isEmpty();
  }

  @Test
  void shouldNotChangeARuleThatCannotBeRestored() {
    StatefulRule rule = new StatefulRule();
    rule.number = 2;
    ProtectionState saved = ProtectionState.of(1, 1, rule, new SavedNumbers());
    rule.number = 3;
    rule.fails = true;

    saved.restoreTo(rule);

    assertThat(rule.number).isEqualTo(3);
  }
}
