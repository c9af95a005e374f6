// The run's health at a glance: one word with its sign, and one sentence.

import { causeKey, color, inShort, isOver, keyOf, problemName, rank, SEVERITIES, severityName, sign }
  from './diagnosis-words.js';
import { element } from './dom.js';
import { count } from './format.js';
import { label } from './labels.js';

const box = document.getElementById('verdict');

export function drawVerdict({ status, counts, diagnoses, range, run }) {
  const severity = status.toUpperCase();
  const said = severity === 'HEALTHY'
    ? [healthy(counts, range)]
    : [...worst(diagnoses), ...tally(counts)];
  const off = run.settings.withoutDetectors;
  if (off) said.push(element('span', { class: 'hint' }, label('verdict.off', off)));
  const pill = element('span', { class: 'pill' }, `${sign(severity)} ${severityName(severity)}`);
  pill.style.background = color(severity);
  const words = element('div', { class: 'said' }, ...said);
  if (box.textContent === pill.textContent + words.textContent) return; // a selection in it stays
  box.dataset.status = status;
  box.style.borderLeftColor = color(severity);
  box.replaceChildren(pill, words);
}

function healthy(counts, range) {
  return element('b', {}, counts.over > 0
    ? label('verdict.over', count(counts.over))
    : label('verdict.none', count(range.last - range.first + 1)));
}

/** The first of the worst that stand: what came later is more likely to follow from it. */
function worst(diagnoses) {
  const standing = diagnoses.filter((each) => !isOver(each));
  const most = Math.max(...standing.map(rank));
  const first = standing.filter((each) => rank(each) === most).at(-1);
  if (!first) return [];
  const cause = diagnoses.find((each) => keyOf(each) === causeKey(first));
  return [
    element('b', {}, inShort(first)),
    ...(cause
      ? [element('span', {}, label('diagnosis.follows', problemName(cause)))]
      : []),
    element('span', { class: 'sentence' }, first.sentence),
  ];
}

function tally(counts) {
  const parts = [...SEVERITIES].reverse()
    .map((severity) => [severity, counts[severity.toLowerCase()]])
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => `${severityName(severity)}: ${count(number)}`);
  const all = counts.critical + counts.warning + counts.info;
  return all > 1 ? [element('span', { class: 'hint' }, parts.join(' · '))] : [];
}
