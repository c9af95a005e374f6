// How often a classifier was right on validation data, by class: a table of the newest epoch.

import { withParameters } from './api.js';
import { element } from './dom.js';
import { isFile } from './embedded.js';
import { count, percent, value } from './format.js';
import { label } from './labels.js';

const MAX_SHARE = 0.01; // of the run's time, for counting: Validation.MAX_SHARE

const box = document.getElementById('classes');
const content = element('div', { class: 'baseline' });
const head = ['class', 'precision', 'recall', 'f1', 'examples', 'best'];
const rows = element('tbody');
const epoch = element('p', { class: 'remark' });
const link = element('a', { download: 'classes.csv' }, label('classes.csv'));
content.append(
  epoch,
  element('div', { class: 'scrolling' }, element('table', { class: 'table table-condensed' },
    element('thead', {}, element('tr', {},
      ...head.map((name) => element('th', { scope: 'col' }, label(`classes.${name}`))))),
    rows)),
  // A file of the run has no server that writes it.
  element('p', { class: 'remark', hidden: isFile }, link));
box.append(content);

export function drawClasses({ classes, session, worker }) {
  box.hidden = !classes;
  if (box.hidden) return;
  const path = `${window.location.pathname}/classes.csv`;
  link.setAttribute('href', withParameters(path, { session, worker }));
  const text = `${label('classes.epoch', count(classes.epoch), count(classes.iteration))} ${
    label('classes.cost', value(classes.seconds), percent(MAX_SHARE))}`;
  if (epoch.textContent !== text) epoch.textContent = text;
  const drawn = classes.rows.map(row);
  // Keeps a selection of the user.
  if (rows.textContent !== drawn.map((each) => each.textContent).join('')) {
    rows.replaceChildren(...drawn);
  }
}

function row({ name, precision, recall, f1, examples, bestF1, bestEpoch }) {
  const best = bestF1 === undefined ? '–' : `${percent(bestF1)} (${count(bestEpoch)})`;
  return element('tr', { 'data-class': name },
    element('th', { scope: 'row' }, name),
    ...[percent(precision), percent(recall), percent(f1), count(examples), best].map((text) =>
      element('td', { class: 'number' }, text)));
}
