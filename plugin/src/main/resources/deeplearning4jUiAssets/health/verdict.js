// The run's health at a glance: a status with its sign, and a sentence.

import { causeKey, color, keyOf, layerOf, oneLine, problemName, SEVERITIES, severityName, sign,
  worstActive } from './diagnosis-text.js';
import { CHECKED, isWithheld, number, TOO_EARLY } from './coverage.js';
import { element, fill } from './dom.js';
import { count, percent, shortened } from './format.js';
import { countTexts, modeOf } from './intervention-text.js';
import { label } from './labels.js';
import { say } from './message.js';
import { selectDiagnosis } from './selected.js';
import { chooseWorker } from './selection.js';

const box = document.getElementById('verdict');
const MODES = ['protecting', 'dryRun']; // modes that are shown beside the status
const ALARMS = ['critical', 'warning'];
const MARK = '\u001f'; // where a text has elements; no text has it
let worst = null;

box.addEventListener('click', (event) => {
  if (event.target.closest('.open') && worst) selectDiagnosis(keyOf(worst), layerOf(worst));
  const worker = event.target.closest('.worker')?.dataset.worker;
  if (worker !== undefined) chooseWorker(worker);
});

export function drawVerdict(data) {
  worst = worstActive(data);
  const { status, run } = data;
  const severity = status.toUpperCase();
  const parts = (STATES[status] ?? alarm)(data);
  parts.push(...protection(data));
  parts.push(...otherWorkers(data));
  parts.push(...withheld(data));
  const off = run.settings.withoutDetectors;
  if (off) parts.push(element('span', { class: 'hint' }, label('verdict.off', off)));
  const pill = element('span', { class: 'pill' }, `${sign(severity)} ${severityName(severity)}`);
  pill.style.background = color(severity);
  const pills = [pill];
  const mode = modeOf(run);
  if (MODES.includes(mode) && status !== 'protected') {
    pills.push(element('span', { class: `pill mode ${mode}` }, label(`mode.${mode}`)));
  }
  const summary = element('div', { class: 'summary' }, ...parts);
  box.dataset.status = status;
  box.style.borderLeftColor = color(severity);
  fill(box, ...pills, summary);
}

/** The interventions of the run, applied or of a dry run. */
function protection({ run, interventionCounts, latest }) {
  const { applied, dryRun } = interventionCounts;
  const done = countTexts(applied, latest?.LEARNING_RATE_FACTOR);
  const tried = countTexts(dryRun);
  const parts = [];
  if (done.length > 0) parts.push(label('verdict.protected', done.join(', ')));
  if (tried.length > 0) parts.push(label('verdict.dryRun', tried.join(', ')));
  if (parts.length === 0 && modeOf(run) === 'protecting') parts.push(label('verdict.idle'));
  return parts.map((text) => element('span', { class: 'protection' }, text));
}

/** Workers beside the shown one that have an alarm or in which protection has acted; a click shows one. */
function otherWorkers({ others, workers }) {
  const names = shortened(workers);
  const told = (others ?? []).map(({ worker, status, applied }) => {
    const alarm = ALARMS.includes(status) ? [severityName(status.toUpperCase())] : [];
    return [worker, [...alarm, ...countTexts(applied)]];
  }).filter(([, texts]) => texts.length > 0);
  if (told.length === 0) return [];
  const [before, after] = label('verdict.others', MARK).split(MARK);
  return [element('span', { class: 'workers' }, before,
    ...told.flatMap(([worker, texts], i) => [
      i > 0 ? ' · ' : '',
      element('button', { type: 'button', class: 'worker', 'data-worker': worker, title: label('verdict.worker') },
        names.get(worker) ?? worker),
      ` (${texts.join(', ')})`,
    ]), after)];
}

/** What the verdict says in states without an alarm. */
const STATES = {
  healthy: ({ checks, counts, range }) => {
    const made = number(checks, CHECKED);
    const iterations = count(range.last - range.first + 1);
    const found = made > 0
      ? label('verdict.checked', count(made), iterations)
      : label('verdict.none', iterations);
    return [element('b', {}, counts.resolved > 0
      ? label('verdict.resolved', count(counts.resolved)) : found)];
  },
  early: ({ checks }) => [element('b', {}, label('verdict.early',
    count(number(checks, CHECKED)), count(number(checks, CHECKED) + number(checks, TOO_EARLY))))],
  protected: ({ skipped, counts }) => [
    element('b', {}, label('verdict.unusable', percent(skipped.share), count(skipped.iterations))),
    ...tally(counts),
  ],
};

const alarm = (data) => found(data);

/** Checks that could be made if there were something to look at, as validation data. */
function withheld({ checks }) {
  const parts = checks.filter(isWithheld).map(({ name, message }) =>
    [element('code', {}, name), ` (${say(message)})`]);
  return parts.length > 0
    ? [element('span', { class: 'hint unchecked' }, `${label('coverage.unchecked')} `,
      ...parts.flatMap((part, i) => (i > 0 ? ['; ', ...part] : part)))]
    : [];
}

/** The worst diagnosis: what, where and since when, in a sentence, and what to change first. */
function found(data) {
  const first = worstActive(data);
  if (!first) return tally(data.counts);
  const { diagnoses, counts } = data;
  const cause = diagnoses.find((each) => keyOf(each) === causeKey(first));
  const remedy = first.remedies[0];
  return [
    element('b', {}, oneLine(first)),
    ...(cause
      ? [element('span', {}, label('diagnosis.follows', problemName(cause)))]
      : []),
    ...tally(counts),
    element('button', { type: 'button', class: 'open' }, label('verdict.open')),
    element('span', { class: 'sentence' }, say(first.message)),
    ...(remedy
      ? [element('span', { class: 'remedy' }, label('verdict.remedy', say(remedy.advice)))]
      : []),
  ];
}

function tally(counts) {
  const parts = [...SEVERITIES].reverse()
    .map((severity) => [severity, counts[severity.toLowerCase()]])
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => `${severityName(severity)}: ${count(number)}`);
  const all = counts.critical + counts.warning + counts.info;
  return all > 1 ? [element('span', { class: 'hint tally' }, parts.join(' · '))] : [];
}
