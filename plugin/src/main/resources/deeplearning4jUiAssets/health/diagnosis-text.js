// Texts and signs of diagnoses, the same on the whole page. Data of a record is text, never markup.

import { ink } from './colors.js';
import { count, list, value } from './format.js';
import { label } from './labels.js';
import { where } from './lines.js';

/** Mildest first. Each has a sign as well, so that no meaning depends on a color alone. */
export const SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'];
// Shown as text and not as pictures, which have their own colors.
const SIGNS = { HEALTHY: '✔\ufe0e', EARLY: '…', PROTECTED: '◆', INFO: 'ℹ\ufe0e', WARNING: '⚠\ufe0e', CRITICAL: '✖\ufe0e' };

export const rank = (diagnosis) => SEVERITIES.indexOf(diagnosis.severity);
export const sign = (severity) => SIGNS[severity] ?? '';
export const color = (severity) => ink(severity) || ink('text-quiet');
export const severityName = (severity) => label(`severity.${severity}`);

/** Identifies a diagnosis within a session; ids restart when a run is resumed. */
export const keyOf = (diagnosis) => `${diagnosis.run}:${diagnosis.id}`;
export const causeKey = (diagnosis) => `${diagnosis.run}:${diagnosis.cause}`;
export const isResolved = (diagnosis) => diagnosis.end >= 0;

/** The layer of a diagnosis, or of its origin; -1 if it is not in a layer. */
export const layerOf = ({ layer, origin }) => (layer >= 0 ? layer : origin?.layer ?? -1);

/**
 * The diagnosis that the verdict names: the first of those of its severity, because later ones are
 * more likely its effects. A worse one against which protection acts does not count for the verdict.
 */
export function worstActive({ diagnoses, status }) {
  const active = diagnoses.filter((each) => !isResolved(each));
  const most = Math.max(...active.map(rank));
  const counted = active.filter(({ severity }) => severity === status.toUpperCase());
  return (counted.length > 0 ? counted : active.filter((each) => rank(each) === most)).at(-1);
}

/** The text of a key, or null if there is none. */
export const known = (key) => {
  const text = label(key);
  return text === key ? null : text;
};

/** The problem's name; an unknown one, of a user's detector, is shown as it is. */
export const problemName = (diagnosis) => known(`problem.${diagnosis.problem}`) ?? diagnosis.problem;

/** The meaning of the problem; null if it is not known. */
export const problemMeaning = (diagnosis) => known(`problem.${diagnosis.problem}.meaning`);

/** When a diagnosis of this problem may be wrong; null if it is not known. */
export const problemDoubt = (diagnosis) => known(`problem.${diagnosis.problem}.wrong`);

export function place({ layer, layerName, parameterKey }) {
  if (layer < 0 && !parameterKey) return label('diagnosis.network');
  // DL4J's default name of a layer says no more than its number.
  const name = layerName === `layer${layer}` ? layer : layerName;
  const parts = layer < 0 ? [] : [label('diagnosis.layer', name)];
  if (parameterKey) parts.push(label('diagnosis.parameter', parameterKey));
  return parts.join(', ');
}

export const since = (diagnosis) => isResolved(diagnosis)
  ? where(diagnosis.iteration, diagnosis.end)
  : label('diagnosis.since', count(diagnosis.iteration));

/** One line: the problem, its place and its time. */
export const oneLine = (diagnosis) =>
  `${problemName(diagnosis)} · ${place(diagnosis)} · ${since(diagnosis)}`;

const COMPARISONS = { '>': 'above', '<': 'below', '=': 'equal', 'is not finite': 'notFinite' };

/** The observed value and what it was compared with. */
export function evidence({ observed, comparison, threshold }) {
  const key = COMPARISONS[comparison];
  return key
    ? label(`diagnosis.${key}`, value(observed), value(threshold))
    : `${value(observed)} ${comparison} ${value(threshold)}`;
}

/** All examples as a list in a sentence, or the recorded ones if there are more. */
const rows = (origin) => origin.exampleCount > origin.rows.length
  ? `${origin.rows.join(', ')}, …`
  : list(origin.rows);

/** The place of the first value that was non-finite or far too large, in sentences. */
export function originInWords(origin) {
  const at = origin.layer >= 0 || origin.parameterKey ? `, ${place(origin)}` : '';
  const parts = [(known(`origin.${origin.place}`) ?? origin.place) + at];
  if (origin.count > 0) parts.push(label('origin.values', count(origin.count)));
  if (origin.exampleCount > 0) {
    parts.push(origin.exampleCount === 1
      ? label('origin.row', rows(origin))
      : label('origin.rows', count(origin.exampleCount), rows(origin)));
  }
  if (typeof origin.largestFeature === 'number') {
    parts.push(label('origin.largest', value(origin.largestFeature)));
  }
  if (origin.overflow) parts.push(label('origin.overflow'));
  return parts;
}
