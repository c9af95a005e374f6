// Texts and signs of interventions, the same on the whole page. Reasons come from the record and
// are text, never markup.

import { known, place, problemName } from './diagnosis-text.js';
import { count, percent, value } from './format.js';
import { label } from './labels.js';
import { where } from './lines.js';

/** Each kind has a sign as well as a color, so that no meaning depends on the color alone. */
const KINDS = {
  SKIP: ['⊘', '#c2255c'],
  CLIP: ['✂\ufe0e', '#4d7c0f'],
  LOWER_LEARNING_RATE: ['▼', '#1864ab'],
  RAISE_LEARNING_RATE: ['▲', '#087f8c'],
  ROLLBACK: ['↶', '#7b2cbf'],
  STOP: ['■', '#212529'],
  TRIAL: ['⚖\ufe0e', '#5c6873'],
};

export const KIND_NAMES = Object.keys(KINDS);
export const glyph = (kind) => KINDS[kind]?.[0] ?? '•';
export const shade = (kind) => KINDS[kind]?.[1] ?? '#5c6873';
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

const share = (factor) => (typeof factor === 'number' ? percent(factor) : value(factor));

/** The change of the value, from before to after. */
export function change({ kind, before, after, times, snapshot }) {
  switch (kind) {
    case 'SKIP':
      return label('change.SKIP', value(before));
    case 'CLIP':
      return times > 1
        ? label('change.CLIPS', value(before), value(after))
        : label('change.CLIP', value(before), value(after));
    case 'LOWER_LEARNING_RATE':
    case 'RAISE_LEARNING_RATE':
      return label('change.LEARNING_RATE', share(before), share(after));
    case 'ROLLBACK':
      return snapshot < 0
        ? label('change.ROLLBACK_ALL', value(before)) // the score of the initial network is not known
        : label('change.ROLLBACK', value(before), value(after), count(snapshot));
    case 'TRIAL':
      return label('change.TRIAL', value(before), value(after));
    default:
      return label('change.STOP', value(before));
  }
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
  return parts;
}
