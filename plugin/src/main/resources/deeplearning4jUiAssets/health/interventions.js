// The list of interventions, the newest first; or why there is none. Many equal ones are one row,
// which can be unfolded.

import { reveal } from './diagnoses.js';
import { keyOf, oneLine as diagnosisLine } from './diagnosis-text.js';
import { arrange, become, element } from './dom.js';
import { count } from './format.js';
import { change, glyph, interventionKey, kindName, modeOf, reasonKey, reasonText, shade, when }
  from './intervention-text.js';
import { label } from './labels.js';
import { where } from './lines.js';
import { say } from './message.js';
import { lookAt } from './range.js';
import { selectIntervention } from './selected.js';

const MAX_LISTED = 6; // rows listed before the user requests all
const MIN_SAME = 3; // equal interventions from which on they are one row

const box = document.getElementById('interventions');
const list = element('div', { class: 'interventions' });
box.append(list);

/** The elements drawn last, by key, which are changed in place. */
let elements = new Map();
let before = elements;
let all = false;
let drawn = '';
let data = null;

list.addEventListener('click', (event) => {
  const of = event.target.closest('.intervention[data-key]');
  const intervention = of
    && data.interventions.find((each) => interventionKey(each) === of.dataset.key);
  if (!intervention) return;
  if (event.target.closest('.when')) show(intervention);
  else if (event.target.closest('.why')) reveal(reasonKey(intervention));
  else if (window.getSelection().isCollapsed) selectIntervention(of.dataset.key);
});

export function drawInterventions(latest) {
  data = latest;
  const { session, worker, interventions, interventionCounts, diagnoses, run } = data;
  const found = new Map(diagnoses.map((each) => [keyOf(each), diagnosisLine(each)]));
  const mode = modeOf(run);
  const now = JSON.stringify([session, worker, interventions, interventionCounts, mode, [...found]]);
  if (now === drawn) return;
  drawn = now;
  box.dataset.mode = mode;
  before = elements;
  elements = new Map();
  if (interventions.length === 0) {
    arrange(list, [kept('nothing', element('p', { class: 'nothing' },
      known[mode] ? label(`interventions.${mode}`) : label('interventions.observing')))]);
    return;
  }
  const entries = together(interventions);
  const shown = all || entries.length <= MAX_LISTED + 1 ? entries : entries.slice(0, MAX_LISTED);
  const reason = (each) => found.get(reasonKey(each));
  arrange(list, [
    ...shown.map((same) => (same.length < MIN_SAME ? one(same[0], reason) : merged(same, reason))),
    ...(shown.length < entries.length
      ? [kept('all', element('button', { type: 'button', class: 'all', onclick: showAll },
          label('diagnoses.all', count(interventions.length))))]
      : []),
    ...(interventionCounts.omitted > 0
      ? [kept('omitted', element('p', { class: 'hint' },
          label('diagnoses.omitted', count(interventionCounts.omitted))))]
      : []),
  ]);
}

const known = { observing: true, protecting: true, dryRun: true };

function showAll() {
  all = true;
  drawn = '';
  drawInterventions(data);
}

/** Equal interventions as one entry, at the place of the newest; others alone. */
function together(interventions) {
  const alike = new Map();
  for (const each of interventions) {
    const of = signature(each);
    if (!alike.has(of)) alike.set(of, []);
    alike.get(of).push(each);
  }
  return interventions.flatMap((each) => {
    const same = alike.get(signature(each));
    if (same.length < MIN_SAME) return [[each]];
    return same[0] === each ? [same] : [];
  });
}

const signature = ({ kind, applied, problem, layer }) => JSON.stringify([kind, applied, problem, layer]);

const one = (intervention, reason) =>
  kept(interventionKey(intervention), card(intervention, reason(intervention)));

/** Equal interventions in one row, with how often and when, those included that are not listed. */
function merged(same, reason) {
  const { kind, applied } = same[0];
  const every = [...same, ...data.unlistedInterventions
    .filter((each) => signature(each) === signature(same[0]))];
  const times = every.reduce((sum, each) => sum + each.times, 0);
  const first = Math.min(...every.map((each) => each.iteration));
  const last = Math.max(...every.map((each) => Math.max(each.iteration, each.lastIteration)));
  const problem = reasonText(same[0]);
  const title = element('summary', {}, element('span', { class: 'line' },
    name(kind),
    element('b', { class: 'times' }, label('intervention.times', count(times))),
    ...done(kind, applied),
    ...(problem ? [element('span', { class: 'because' }, problem)] : []),
    element('span', { class: 'hint' }, where(first, last))));
  const key = `same:${signature(same[0])}`;
  const made = before.get(key) ?? element('details', { class: 'same' }, title);
  if (made.firstChild !== title) become(made.firstChild, title);
  made.style.borderLeftColor = shade(kind);
  elements.set(key, made);
  arrange(made, [made.firstChild, ...same.map((each) => one(each, reason))]);
  return made;
}

/** The element of a key: the one drawn before, made like the new one, or else the new one. */
function kept(key, made) {
  const there = before.get(key);
  if (there) become(there, made);
  elements.set(key, there ?? made);
  return there ?? made;
}

function name(kind) {
  const made = element('b', { class: 'what' }, `${glyph(kind)} ${kindName(kind)}`);
  made.style.color = shade(kind);
  return made;
}

/** Whether it was applied. A trial runs on copies and changes nothing, so nothing can be. */
const done = (kind, applied) => (kind === 'TRIAL' ? [] : [element('span', { class: 'badge-done' },
  label(applied ? 'intervention.applied' : 'intervention.dryRun'))]);

/**
 * The card of one intervention. The list that contains it listens to clicks.
 *
 * @param why the diagnosis that caused it in one line, if it is among the listed ones
 */
export function card(intervention, why) {
  const { kind, applied, message } = intervention;
  const made = element('div', {
    class: `intervention${applied ? '' : ' dryRun'}`,
    'data-key': interventionKey(intervention),
    'data-kind': kind,
    'data-applied': String(applied),
  },
    element('div', { class: 'line' },
      name(kind),
      ...done(kind, applied),
      element('span', { class: 'change' }, change(intervention)),
      element('button', { type: 'button', class: 'when', title: label('diagnoses.show') },
        when(intervention))),
    element('div', { class: 'reason' }, say(message)),
    ...because(intervention, why));
  made.style.borderLeftColor = shade(kind);
  return made;
}

function because(intervention, why) {
  const problem = reasonText(intervention);
  if (!why && !problem) return [];
  const reason = why
    ? element('button', { type: 'button', class: 'why', title: label('intervention.open') }, why)
    : problem;
  return [element('div', { class: 'because' }, `${label('intervention.because')} `, reason)];
}

/** Shows the iterations in the charts; of a rollback the ones that it discarded. */
function show({ kind, iteration, lastIteration, snapshot }) {
  const first = kind === 'ROLLBACK' ? Math.max(0, snapshot) : iteration;
  lookAt(data.range, first, Math.max(iteration, lastIteration), iteration);
  document.getElementById(kind.endsWith('LEARNING_RATE') ? 'rates' : 'score')
    .scrollIntoView({ block: 'nearest' });
}
