// The run's health at a glance: one word with its sign, and one sentence.

import { causeKey, color, inShort, isResolved, keyOf, problemName, rank, SEVERITIES, severityName, sign }
  from './diagnosis-words.js';
import { element } from './dom.js';
import { count } from './format.js';
import { modeOf, tallied } from './intervention-words.js';
import { label } from './labels.js';
import { say } from './message.js';

const box = document.getElementById('verdict');
const MODES = ['protecting', 'dryRun']; // worth a word beside the status

export function drawVerdict(data) {
  const { status, counts, diagnoses, range, run } = data;
  const severity = status.toUpperCase();
  const said = severity === 'HEALTHY'
    ? [healthy(counts, range)]
    : [...worst(diagnoses), ...tally(counts)];
  said.push(...protection(data));
  const off = run.settings.withoutDetectors;
  if (off) said.push(element('span', { class: 'hint' }, label('verdict.off', off)));
  const pill = element('span', { class: 'pill' }, `${sign(severity)} ${severityName(severity)}`);
  pill.style.background = color(severity);
  const pills = [pill];
  const mode = modeOf(run);
  if (MODES.includes(mode)) {
    pills.push(element('span', { class: `pill mode ${mode}` }, label(`mode.${mode}`)));
  }
  const words = element('div', { class: 'said' }, ...said);
  const text = [...pills, words].map((each) => each.textContent).join('');
  if (box.textContent === text) return; // a selection in it stays
  box.dataset.status = status;
  box.style.borderLeftColor = color(severity);
  box.replaceChildren(...pills, words);
}

/** What protection has done, or would have done. */
function protection({ run, interventionCounts, latest }) {
  const { applied, dryRun } = interventionCounts;
  const done = tallied(applied, latest?.LEARNING_RATE_FACTOR);
  const tried = tallied(dryRun);
  const said = [];
  if (done.length > 0) said.push(label('verdict.protected', done.join(', ')));
  if (tried.length > 0) said.push(label('verdict.dryRun', tried.join(', ')));
  if (said.length === 0 && modeOf(run) === 'protecting') said.push(label('verdict.idle'));
  return said.map((text) => element('span', { class: 'protection' }, text));
}

function healthy(counts, range) {
  return element('b', {}, counts.resolved > 0
    ? label('verdict.resolved', count(counts.resolved))
    : label('verdict.none', count(range.last - range.first + 1)));
}

/** The first of the worst that stand: what came later is more likely to follow from it. */
function worst(diagnoses) {
  const standing = diagnoses.filter((each) => !isResolved(each));
  const most = Math.max(...standing.map(rank));
  const first = standing.filter((each) => rank(each) === most).at(-1);
  if (!first) return [];
  const cause = diagnoses.find((each) => keyOf(each) === causeKey(first));
  return [
    element('b', {}, inShort(first)),
    ...(cause
      ? [element('span', {}, label('diagnosis.follows', problemName(cause)))]
      : []),
    element('span', { class: 'sentence' }, say(first.message)),
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
