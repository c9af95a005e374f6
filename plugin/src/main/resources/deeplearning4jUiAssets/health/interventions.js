// The list of what was done to the training, the newest first; or why there is nothing in it.

import { reveal } from './diagnoses.js';
import { inShort as diagnosisInShort, keyOf } from './diagnosis-words.js';
import { element } from './dom.js';
import { count } from './format.js';
import { answered, change, glyph, interventionKey, kindName, modeOf, reasonKey, shade, when }
  from './intervention-words.js';
import { label } from './labels.js';
import { say } from './message.js';
import { lookAt } from './range.js';

const FEW = 6; // that are listed before the user asks for all

const box = document.getElementById('interventions');
const list = element('div', { class: 'interventions' });
box.append(list);

/** Cards as they were drawn last, so that those that did not change stay untouched. */
let cards = new Map();
let all = false;
let drawn = '';
let data = null;

export function drawInterventions(latest) {
  data = latest;
  const { session, worker, interventions, interventionCounts, diagnoses, run } = data;
  const found = new Map(diagnoses.map((each) => [keyOf(each), diagnosisInShort(each)]));
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
  const shown = all || interventions.length <= FEW + 1
    ? interventions
    : interventions.slice(0, FEW);
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
  const said = JSON.stringify([intervention, why]);
  const last = before.get(key);
  const made = last?.said === said ? last.made : card(intervention, why);
  cards.set(key, { said, made });
  return made;
}

/**
 * One intervention.
 *
 * @param why the diagnosis that it answers in a line, where that is among those that are listed
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
      // What is tried on copies changes nothing, so that there is nothing to apply.
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
  const problem = answered(intervention);
  if (!why && !problem) return [];
  const said = why
    ? element('button', {
        type: 'button',
        class: 'why',
        title: label('intervention.open'),
        onclick: () => reveal(reasonKey(intervention)),
      }, why)
    : problem;
  return [element('div', { class: 'because' }, `${label('intervention.because')} `, said)];
}

/** Brings the iterations into the charts; of a rollback those that it went back over. */
function show({ kind, iteration, lastIteration, snapshot }) {
  const first = kind === 'ROLLBACK' ? Math.max(0, snapshot) : iteration;
  lookAt(data.range, first, Math.max(iteration, lastIteration), iteration);
  document.getElementById(kind.endsWith('LEARNING_RATE') ? 'rates' : 'score')
    .scrollIntoView({ block: 'nearest' });
}
