// Diagnoses in words and signs, the same everywhere on the page. What comes from a record is text.

import { count, list, value } from './format.js';
import { label } from './labels.js';
import { where } from './lines.js';

/** Mildest first. Each has a sign as well, so that no meaning hangs on a colour alone. */
export const SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'];
// As text and not as pictures, whose colours are not ours.
const SIGNS = { HEALTHY: '✔\ufe0e', INFO: 'ℹ\ufe0e', WARNING: '⚠\ufe0e', CRITICAL: '✖\ufe0e' };
const COLORS = { HEALTHY: '#23783a', INFO: '#156b8a', WARNING: '#a85b00', CRITICAL: '#c8102e' };

export const rank = (diagnosis) => SEVERITIES.indexOf(diagnosis.severity);
export const sign = (severity) => SIGNS[severity] ?? '';
export const color = (severity) => COLORS[severity] ?? '#5c6873';
export const severityName = (severity) => label(`severity.${severity}`);

/** Tells one diagnosis from all others of a session; ids begin anew when a run is resumed. */
export const keyOf = (diagnosis) => `${diagnosis.run}:${diagnosis.id}`;
export const causeKey = (diagnosis) => `${diagnosis.run}:${diagnosis.cause}`;
export const isResolved = (diagnosis) => diagnosis.end >= 0;

/** The text of a key, or null where there is none. */
export const known = (key) => {
  const text = label(key);
  return text === key ? null : text;
};

/** The problem's name; one that a user's own detector made up is shown as it is. */
export const problemName = (diagnosis) => known(`problem.${diagnosis.problem}`) ?? diagnosis.problem;

/** What the name means; null where it is not known. */
export const problemMeaning = (diagnosis) => known(`problem.${diagnosis.problem}.meaning`);

export function place({ layer, layerName, parameterKey }) {
  if (layer < 0 && !parameterKey) return label('diagnosis.network');
  // DL4J's own name of a layer says no more than its number.
  const name = layerName === `layer${layer}` ? layer : layerName;
  const said = layer < 0 ? [] : [label('diagnosis.layer', name)];
  if (parameterKey) said.push(label('diagnosis.parameter', parameterKey));
  return said.join(', ');
}

export const since = (diagnosis) => isResolved(diagnosis)
  ? where(diagnosis.iteration, diagnosis.end)
  : label('diagnosis.since', count(diagnosis.iteration));

/** One line: the problem, where and when. */
export const inShort = (diagnosis) =>
  `${problemName(diagnosis)} · ${place(diagnosis)} · ${since(diagnosis)}`;

const COMPARISONS = { '>': 'above', '<': 'below', '=': 'equal', 'is not finite': 'notFinite' };

/** The value that shows it, and what it was compared with. */
export function evidence({ observed, comparison, threshold }) {
  const words = COMPARISONS[comparison];
  return words
    ? label(`diagnosis.${words}`, value(observed), value(threshold))
    : `${value(observed)} ${comparison} ${value(threshold)}`;
}

/** All rows as a sentence lists them, or the first of more than were recorded. */
const rows = (origin) => origin.exampleCount > origin.rows.length
  ? `${origin.rows.join(', ')}, …`
  : list(origin.rows);

/** Where the first value stood that was not finite or far too large, in sentences. */
export function originInWords(origin) {
  const at = origin.layer >= 0 || origin.parameterKey ? `, ${place(origin)}` : '';
  const said = [(known(`origin.${origin.place}`) ?? origin.place) + at];
  if (origin.count > 0) said.push(label('origin.values', count(origin.count)));
  if (origin.exampleCount > 0) {
    said.push(origin.exampleCount === 1
      ? label('origin.row', rows(origin))
      : label('origin.rows', count(origin.exampleCount), rows(origin)));
  }
  if (typeof origin.largestFeature === 'number') {
    said.push(label('origin.largest', value(origin.largestFeature)));
  }
  if (origin.overflow) said.push(label('origin.overflow'));
  return said;
}
