// The list of interventions, the newest first; or why there is none.

import { reveal } from './diagnoses.js';
import { keyOf, oneLine as diagnosisLine } from './diagnosis-text.js';
import { element } from './dom.js';
import { count } from './format.js';
import { change, glyph, interventionKey, kindName, modeOf, reasonKey, reasonText, shade, when }
  from './intervention-text.js';
import { label } from './labels.js';
import { say } from './message.js';
import { lookAt } from './range.js';

const MAX_LISTED = 6; // interventions listed before the user requests all

const box = document.getElementById('interventions');
const list = element('div', { class: 'interventions' });
box.append(list);

/** The cards drawn last, so that unchanged ones are not replaced. */
let cards = new Map();
let all = false;
let drawn = '';
let data = null;

export function drawInterventions(latest) {
  data = latest;
  const { session, worker, interventions, interventionCounts, diagnoses, run } = data;
  const found = new Map(diagnoses.map((each) => [keyOf(each), diagnosisLine(each)]));
  const mode = modeOf(run);
  const now = JSON.stringify([session, worker, interventions, interventionCounts, mode, [...found]]);
  if (now === drawn) return;
  drawn = now;
  box.dataset.mode = mode;
  if (interventions.length === 0) {
    list.replaceChildren(element('p', { class: 'nothing' },
      known[mode] ? label(`interventions.${mode}`) : label('interventions.observing')));
    return;
  }
  const before = cards;
  cards = new Map();
  const shown = all || interventions.length <= MAX_LISTED + 1
    ? interventions
    : interventions.slice(0, MAX_LISTED);
  list.replaceChildren(
    ...shown.map((each) => kept(each, before, found.get(reasonKey(each)))),
    ...(shown.length < interventions.length
      ? [element('button', { type: 'button', class: 'all', onclick: showAll },
          label('diagnoses.all', count(interventions.length)))]
      : []),
    ...(interventionCounts.omitted > 0
      ? [element('p', { class: 'hint' }, label('diagnoses.omitted', count(interventionCounts.omitted)))]
      : []));
}

const known = { observing: true, protecting: true, dryRun: true };

function showAll() {
  all = true;
  drawn = '';
  drawInterventions(data);
}

function kept(intervention, before, why) {
  const key = interventionKey(intervention);
  const json = JSON.stringify([intervention, why]);
  const last = before.get(key);
  const made = last?.json === json ? last.made : card(intervention, why);
  cards.set(key, { json, made });
  return made;
}

/**
 * The card of one intervention.
 *
 * @param why the diagnosis that caused it in one line, if it is among the listed ones
 */
function card(intervention, why) {
  const { kind, applied, message } = intervention;
  const name = element('b', { class: 'what' }, `${glyph(kind)} ${kindName(kind)}`);
  name.style.color = shade(kind);
  const made = element('div', {
    class: `intervention${applied ? '' : ' dryRun'}`,
    'data-kind': kind,
    'data-applied': String(applied),
  },
    element('div', { class: 'line' },
      name,
      // A trial runs on copies and changes nothing, so nothing can be applied.
      ...(kind === 'TRIAL' ? [] : [element('span', { class: 'badge-done' },
        label(applied ? 'intervention.applied' : 'intervention.dryRun'))]),
      element('span', { class: 'change' }, change(intervention)),
      element('button', {
        type: 'button',
        class: 'when',
        title: label('diagnoses.show'),
        onclick: () => show(intervention),
      }, when(intervention))),
    element('div', { class: 'reason' }, say(message)),
    ...because(intervention, why));
  made.style.borderLeftColor = shade(kind);
  return made;
}

function because(intervention, why) {
  const problem = reasonText(intervention);
  if (!why && !problem) return [];
  const reason = why
    ? element('button', {
        type: 'button',
        class: 'why',
        title: label('intervention.open'),
        onclick: () => reveal(reasonKey(intervention)),
      }, why)
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
