// Texts and signs of interventions, the same on the whole page. Reasons come from the record and
// are text, never markup.

import { ink } from './colors.js';
import { known, place, problemName } from './diagnosis-text.js';
import { count, percent, value } from './format.js';
import { label } from './labels.js';
import { where } from './lines.js';

const share = (factor) => (typeof factor === 'number' ? percent(factor) : value(factor));
const rates = ({ before, after }) => label('change.LEARNING_RATE', share(before), share(after));

/**
 * The sign of each kind, its color, and the text of its change. A kind has a sign as well as a color,
 * so that no meaning depends on the color alone. The texts are those of `Intervention.change()`.
 */
const KINDS = {
  SKIP: ['⊘', ink('SKIP'), ({ before }) => label('change.SKIP', value(before))],
  CLIP: ['✂\ufe0e', ink('CLIP'), ({ before, after, times }) => (times > 1
    ? label('change.CLIPS', value(before), value(after))
    : label('change.CLIP', value(before), value(after)))],
  LOWER_LEARNING_RATE: ['▼', ink('LOWER_LEARNING_RATE'), rates],
  RAISE_LEARNING_RATE: ['▲', ink('RAISE_LEARNING_RATE'), rates],
  ROLLBACK: ['↶', ink('ROLLBACK'), ({ before, after, snapshot }) => (snapshot < 0
    ? label('change.ROLLBACK_ALL', value(before)) // the score of the initial network is not known
    : label('change.ROLLBACK', value(before), value(after), count(snapshot)))],
  STOP: ['■', ink('STOP'), ({ before }) => label('change.STOP', value(before))],
  TRIAL: ['⚖\ufe0e', ink('TRIAL'), ({ before, after }) => label('change.TRIAL', value(before), value(after))],
};

export const KIND_NAMES = Object.keys(KINDS);
export const glyph = (kind) => KINDS[kind]?.[0] ?? '•';
export const shade = (kind) => KINDS[kind]?.[1] ?? ink('text-quiet');
export const kindName = (kind) => known(`intervention.${kind}`) ?? kind;

/** `observing`, `protecting` or `dryRun`; a run without a mode only observed. */
export const modeOf = (run) => run.settings.mode ?? 'observing';

/** Identifies an intervention within a session; ids restart when a run is resumed. */
export const interventionKey = ({ run, id }) => `${run}:${id}`;

/** The key of the diagnosis that caused it; null without one. */
export const reasonKey = ({ run, diagnosis }) => (diagnosis >= 0 ? `${run}:${diagnosis}` : null);

/** The iteration, or the first, the last and the number of times. */
export function when({ iteration, lastIteration, times }) {
  const at = where(iteration, Math.max(iteration, lastIteration));
  return times > 1 ? `${at}, ${label('intervention.times', count(times))}` : at;
}

/** The change of the value; of a kind of a later version, the values before and after. */
export function change(intervention) {
  const { kind, before, after } = intervention;
  return KINDS[kind]?.[2](intervention) ?? `${value(before)} → ${value(after)}`;
}

/** One line: the kind, the time, and whether it was only a dry run. */
export const oneLine = (intervention) => [
  `${glyph(intervention.kind)} ${kindName(intervention.kind)}`,
  when(intervention),
  ...(intervention.applied ? [] : [label('intervention.dryRun')]),
].join(' · ');

/** The problem that caused it, with its place; empty if it has no diagnosis. */
export function reasonText(intervention) {
  if (!intervention.problem) return '';
  const at = intervention.layer >= 0 ? ` · ${place(intervention)}` : '';
  return problemName(intervention) + at;
}

/** The count of each kind and the learning-rate factor, each as a short text. */
export function countTexts(counts, factor) {
  const lowered = typeof factor === 'number' && factor !== 1;
  const parts = [];
  for (const kind of KIND_NAMES) {
    const rate = kind.endsWith('LEARNING_RATE');
    if (kind === 'LOWER_LEARNING_RATE' && lowered) parts.push(label('count.rate', percent(factor)));
    if (counts[kind] > 0 && !(rate && lowered)) parts.push(label(`count.${kind}`, count(counts[kind])));
  }
  for (const kind of Object.keys(counts)) {
    if (!KIND_NAMES.includes(kind)) parts.push(`${kind}: ${count(counts[kind])}`);
  }
  return parts;
}
