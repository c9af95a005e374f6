/**
 * The plugin's own detectors, one class each.
 *
 * <p>Each reads the {@link dev.traininghealth.detect.History} at both moments of an iteration. It
 * reports findings with a message and remedies.
 *
 * <p>Each threshold has its reason at its constant or in its detector's card. Where there is no
 * formula, it is one of two:
 *
 * <ul>
 *   <li><b>Chosen on the fault corpus</b>: added or changed while it was run. The corpus consists
 *       of small set-ups from public fault benchmarks, faulty and healthy ones. The README's
 *       section <em>Diagnosis quality</em> has the results.
 *   <li><b>Checked on the fault corpus</b>: a choice of the first version, which was kept with
 *       these results.
 * </ul>
 *
 * <p>When a diagnosis may be wrong, or a problem missed, is said by the text {@code
 * problem.….wrong} of its problem in the message files. The page shows it with the diagnosis, and
 * the README's table of problems is generated from it.
 *
 * <p>Two kinds of numbers have the same reason everywhere:
 *
 * <ul>
 *   <li><b>Patience</b>, iterations: it covers a slow start, such as a learning rate that rises
 *       from 0. The detectors test for stagnation at three standard errors, whatever the patience.
 *       Therefore it is short beside other evidence, such as large updates, and long without any. A
 *       shorter one makes slow starts an alarm, a longer one delays alarms.
 *   <li><b>Expiry</b>, iterations without a report: it covers evaluations at which noise hides the
 *       problem. There is one every {@value dev.traininghealth.detect.History#EVALUATION_INTERVAL}
 *       iterations. A shorter one splits a problem into several diagnoses, a longer one shows a
 *       solved problem as active.
 * </ul>
 */
@NullMarked
package dev.traininghealth.detect.builtin;

import org.jspecify.annotations.NullMarked;
