// The list of diagnoses: active alarms first, the worst on top, each with its effects below it.
// Notes and resolved diagnoses follow.

import { card } from './diagnosis-card.js';
import { causeKey, isResolved, keyOf, rank } from './diagnosis-text.js';
import { element } from './dom.js';
import { count } from './format.js';
import { label } from './labels.js';
import { lookAt } from './range.js';
import { QUANTITIES, set, view } from './view.js';

const MAX_GROUPS = 5; // groups listed before the user requests all
const MAX_OPEN_EFFECTS = 4; // effects listed without a click

const box = document.getElementById('diagnoses');
const list = element('div', { class: 'diagnoses' });
box.append(list);

/** The open or closed state of each item, by key; it is kept while training continues. */
const opened = new Map();
/** The cards drawn last, so that unchanged ones are not replaced. */
let cards = new Map();
/** The key of each item that can be opened. */
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
  const alarms = groups.filter((group) => group.worstRank > 0);
  const notes = groups.filter((group) => group.worstRank === 0);
  const resolved = groups.filter((group) => group.worstRank < 0);
  list.replaceChildren(
    ...(alarms.length > 0 ? limited('alarms', alarms, before, true) : []),
    ...section('notes', notes, before, alarms.length === 0),
    ...section('resolved', resolved, before, false),
    ...(counts.omitted > 0
      ? [element('p', { class: 'hint' }, label('diagnoses.omitted', count(counts.omitted)))]
      : []));
}

/**
 * Diagnoses with their effects: {diagnosis, effects, worstRank, newest}. `worstRank` is the worst
 * rank among the active diagnoses of the group, or -1 if all are resolved.
 */
function groupsOf(diagnoses) {
  const nodes = new Map(diagnoses.map((diagnosis) => [keyOf(diagnosis), {
    diagnosis,
    effects: [],
    worstRank: isResolved(diagnosis) ? -1 : rank(diagnosis),
    newest: diagnosis.iteration,
  }]));
  const roots = [];
  for (const node of nodes.values()) {
    const cause = nodes.get(causeKey(node.diagnosis));
    if (cause && !leadsTo(nodes, cause, node)) cause.effects.push(node);
    else roots.push(node);
  }
  roots.forEach(aggregate);
  return sorted(roots);
}

/** Whether an effect is among its cause's own causes, which happens only in a damaged record. */
function leadsTo(nodes, from, node) {
  const seen = new Set();
  for (let at = from; at && !seen.has(at); at = nodes.get(causeKey(at.diagnosis))) {
    if (at === node) return true;
    seen.add(at);
  }
  return false;
}

function aggregate(node) {
  node.effects.forEach(aggregate);
  node.worstRank = Math.max(node.worstRank, ...node.effects.map((effect) => effect.worstRank));
  node.newest = Math.max(node.newest, ...node.effects.map((effect) => effect.newest));
  node.effects = sorted(node.effects);
}

const sorted = (nodes) =>
  nodes.sort((a, b) => b.worstRank - a.worstRank || b.newest - a.newest);

function section(name, groups, before, open) {
  if (groups.length === 0) return [];
  return [folding(`section:${name}`, 'section', open,
    `${label(`diagnoses.${name}`)} (${count(groups.length)})`,
    limited(name, groups, before, false))];
}

/** The first few groups, and a button for the rest. */
function limited(name, groups, before, openFirst) {
  const all = opened.get(`all:${name}`) || groups.length <= MAX_GROUPS + 1;
  const shown = all ? groups : groups.slice(0, MAX_GROUPS);
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
    made.append(folding(`effects:${key}`, 'effects', effects.length <= MAX_OPEN_EFFECTS,
      `${label('diagnoses.effects')} (${count(effects.length)})`,
      effects.map((effect) => grouped(effect, before, false))));
  }
  return made;
}

/** The card drawn before if the diagnosis has not changed, otherwise a new one. */
function kept(diagnosis, before, open) {
  const key = keyOf(diagnosis);
  const json = JSON.stringify(diagnosis);
  const known = before.get(key);
  const made = known?.json === json
    ? known.made
    : remembered(key, card(diagnosis, opened.get(key) ?? open, show));
  cards.set(key, { json, made });
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
    // The event comes before the state changes; a button in the line does not fold it.
    if (!event.defaultPrevented) opened.set(key, !details.open);
  });
  return details;
}

/** Opens a diagnosis and everything it is folded into, and scrolls to it. */
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

/** Shows a diagnosis's iterations in the charts, and its layer in the heatmap. */
function show(diagnosis) {
  const inLayer = diagnosis.layer >= 0;
  set('layer', inLayer ? diagnosis.layer : null);
  if (inLayer && QUANTITIES.includes(diagnosis.shownBy)) set('quantity', diagnosis.shownBy);
  lookAt(data.range, diagnosis.iteration, isResolved(diagnosis) ? diagnosis.end : diagnosis.iteration,
    diagnosis.iteration);
  document.getElementById(inLayer ? 'heatmap' : 'score')
    .scrollIntoView({ block: 'nearest' });
}
