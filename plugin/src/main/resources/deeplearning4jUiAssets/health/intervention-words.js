// Interventions in words and signs, the same everywhere on the page. Reasons come from the record and
// are text.

import { known, place, problemName } from './diagnosis-words.js';
import { count, percent, value } from './format.js';
import { label } from './labels.js';
import { where } from './lines.js';

/** Each kind has a sign as well as a colour, so that no meaning hangs on the colour alone. */
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

/** `observing`, `protecting` or `dryRun`; who wrote no mode could only observe. */
export const modeOf = (run) => run.settings.mode ?? 'observing';

/** Tells one intervention from all others of a session; ids begin anew when a run is resumed. */
export const interventionKey = ({ run, id }) => `${run}:${id}`;

/** The key of the diagnosis that it answers; null where it answers none. */
export const reasonKey = ({ run, diagnosis }) => (diagnosis >= 0 ? `${run}:${diagnosis}` : null);

/** The iteration, or the first and the last and how often. */
export function when({ iteration, lastIteration, times }) {
  const at = where(iteration, Math.max(iteration, lastIteration));
  return times > 1 ? `${at}, ${label('intervention.times', count(times))}` : at;
}

const share = (factor) => (typeof factor === 'number' ? percent(factor) : value(factor));

/** What was before and what is after. */
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
        ? label('change.ROLLBACK_ALL', value(before)) // of which no score is known
        : label('change.ROLLBACK', value(before), value(after), count(snapshot));
    case 'TRIAL':
      return label('change.TRIAL', value(before), value(after));
    default:
      return label('change.STOP', value(before));
  }
}

/** One line: what, when, and whether it was done at all. */
export const inShort = (intervention) => [
  `${glyph(intervention.kind)} ${kindName(intervention.kind)}`,
  when(intervention),
  ...(intervention.applied ? [] : [label('intervention.dryRun')]),
].join(' · ');

/** What it answers: the problem with its place; empty where it answers no diagnosis. */
export function answered(intervention) {
  if (!intervention.problem) return '';
  const at = intervention.layer >= 0 ? ` · ${place(intervention)}` : '';
  return problemName(intervention) + at;
}

/** How often each kind was done, and how far the learning rate is down, each in a few words. */
export function tallied(counts, factor) {
  const lowered = typeof factor === 'number' && factor !== 1;
  const said = [];
  for (const kind of KIND_NAMES) {
    const rate = kind.endsWith('LEARNING_RATE');
    if (kind === 'LOWER_LEARNING_RATE' && lowered) said.push(label('count.rate', percent(factor)));
    if (counts[kind] > 0 && !(rate && lowered)) said.push(label(`count.${kind}`, count(counts[kind])));
  }
  return said;
}
