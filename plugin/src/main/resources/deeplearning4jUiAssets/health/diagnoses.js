// The list of diagnoses: what stands first and the worst of it on top, each with what follows from
// it beneath; then notes, then what is over.

import { card } from './diagnosis-card.js';
import { causeKey, isResolved, keyOf, rank } from './diagnosis-words.js';
import { element } from './dom.js';
import { count } from './format.js';
import { label } from './labels.js';
import { lookAt } from './range.js';
import { QUANTITIES, set, view } from './view.js';

const FEW = 5; // groups that are listed before the user asks for all
const FEW_EFFECTS = 4; // effects that are listed without being asked for

const box = document.getElementById('diagnoses');
const list = element('div', { class: 'diagnoses' });
box.append(list);

/** What the user opened and closed, by key: it stays while the training goes on. */
const opened = new Map();
/** Cards as they were drawn last, so that those that did not change stay untouched. */
let cards = new Map();
/** The key of each thing that can be opened. */
const keys = new WeakMap();
let drawn = '';
let data = null;

export function drawDiagnoses(latest) {
  data = latest;
  const { session, worker, diagnoses, counts } = data;
  const now = JSON.stringify([session, worker, diagnoses, counts]);
  if (now === drawn) return;
  drawn = now;
  box.hidden = diagnoses.length === 0;
  const before = cards;
  cards = new Map();
  const groups = groupsOf(diagnoses);
  const alarms = groups.filter((group) => group.standing > 0);
  const notes = groups.filter((group) => group.standing === 0);
  const resolved = groups.filter((group) => group.standing < 0);
  list.replaceChildren(
    ...(alarms.length > 0 ? limited('alarms', alarms, before, true) : []),
    ...section('notes', notes, before, alarms.length === 0),
    ...section('resolved', resolved, before, false),
    ...(counts.omitted > 0
      ? [element('p', { class: 'hint' }, label('diagnoses.omitted', count(counts.omitted)))]
      : []));
}

/**
 * Diagnoses with what follows from them: {diagnosis, effects, standing, newest}, where `standing`
 * is the worst rank in the group that is not over, or -1.
 */
function groupsOf(diagnoses) {
  const nodes = new Map(diagnoses.map((diagnosis) => [keyOf(diagnosis), {
    diagnosis,
    effects: [],
    standing: isResolved(diagnosis) ? -1 : rank(diagnosis),
    newest: diagnosis.iteration,
  }]));
  const roots = [];
  for (const node of nodes.values()) {
    const cause = nodes.get(causeKey(node.diagnosis));
    if (cause && !leadsTo(nodes, cause, node)) cause.effects.push(node);
    else roots.push(node);
  }
  roots.forEach(settle);
  return sorted(roots);
}

/** Whether an effect is among its cause's own causes, as only a damaged record would have it. */
function leadsTo(nodes, from, node) {
  const seen = new Set();
  for (let at = from; at && !seen.has(at); at = nodes.get(causeKey(at.diagnosis))) {
    if (at === node) return true;
    seen.add(at);
  }
  return false;
}

function settle(node) {
  node.effects.forEach(settle);
  node.standing = Math.max(node.standing, ...node.effects.map((effect) => effect.standing));
  node.newest = Math.max(node.newest, ...node.effects.map((effect) => effect.newest));
  node.effects = sorted(node.effects);
}

const sorted = (nodes) =>
  nodes.sort((a, b) => b.standing - a.standing || b.newest - a.newest);

function section(name, groups, before, open) {
  if (groups.length === 0) return [];
  return [folding(`section:${name}`, 'section', open,
    `${label(`diagnoses.${name}`)} (${count(groups.length)})`,
    limited(name, groups, before, false))];
}

/** The first few groups, and a button for the rest. */
function limited(name, groups, before, openFirst) {
  const all = opened.get(`all:${name}`) || groups.length <= FEW + 1;
  const shown = all ? groups : groups.slice(0, FEW);
  const made = shown.map((group, i) => grouped(group, before, openFirst && i === 0));
  if (!all) {
    made.push(element('button', {
      type: 'button',
      class: 'all',
      onclick: () => {
        opened.set(`all:${name}`, true);
        drawn = '';
        drawDiagnoses(data);
      },
    }, label('diagnoses.all', count(groups.length))));
  }
  return made;
}

function grouped({ diagnosis, effects }, before, open) {
  const key = keyOf(diagnosis);
  const made = element('div', { class: 'group' }, kept(diagnosis, before, open));
  if (effects.length > 0) {
    made.append(folding(`effects:${key}`, 'effects', effects.length <= FEW_EFFECTS,
      `${label('diagnoses.effects')} (${count(effects.length)})`,
      effects.map((effect) => grouped(effect, before, false))));
  }
  return made;
}

/** The card that was drawn before, if the diagnosis has not changed. */
function kept(diagnosis, before, open) {
  const key = keyOf(diagnosis);
  const said = JSON.stringify(diagnosis);
  const known = before.get(key);
  const made = known?.said === said
    ? known.made
    : remembered(key, card(diagnosis, opened.get(key) ?? open, show));
  cards.set(key, { said, made });
  return made;
}

function folding(key, kind, open, title, children) {
  return remembered(key, element('details', {
    class: kind,
    'data-fold': kind === 'section' ? key.split(':')[1] : null,
    open: opened.get(key) ?? open,
  }, element('summary', {}, title), ...children));
}

function remembered(key, details) {
  keys.set(details, key);
  details.querySelector('summary').addEventListener('click', (event) => {
    // The state is the old one still; and a button in the line does not fold it.
    if (!event.defaultPrevented) opened.set(key, !details.open);
  });
  return details;
}

/** Opens a diagnosis and all that it is folded into, and goes there. */
export function reveal(key) {
  for (const name of ['alarms', 'notes', 'resolved']) opened.set(`all:${name}`, true);
  drawn = '';
  drawDiagnoses(data);
  const made = cards.get(key)?.made;
  if (!made) return;
  for (let at = made; at !== list; at = at.parentElement) {
    if (keys.has(at)) {
      at.open = true;
      opened.set(keys.get(at), true);
    }
  }
  made.scrollIntoView({ block: 'center' });
  made.querySelector('summary').focus({ preventScroll: true });
}

/** Brings a diagnosis's iterations into the charts, and its layer into the heatmap. */
function show(diagnosis) {
  const inLayer = diagnosis.layer >= 0;
  set('layer', inLayer ? diagnosis.layer : null);
  if (inLayer && QUANTITIES.includes(diagnosis.shownBy)) set('quantity', diagnosis.shownBy);
  lookAt(data.range, diagnosis.iteration, isResolved(diagnosis) ? diagnosis.end : diagnosis.iteration,
    diagnosis.iteration);
  document.getElementById(inLayer ? 'heatmap' : 'score')
    .scrollIntoView({ block: 'nearest' });
}
