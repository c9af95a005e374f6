// The facts of the run: the network and its progress, in few lines.

import { known } from './diagnosis-text.js';
import { element, fill } from './dom.js';
import { count, percent, time, value } from './format.js';
import { modeOf } from './intervention-text.js';
import { label } from './labels.js';

/** Time below which what it took is not worth mentioning, seconds. */
const MIN_SECONDS = 0.005;

const table = element('dl', { class: 'facts' });
document.getElementById('status').append(table);

export function drawStatus(data) {
  const { run, latest } = data;
  const rows = [
    ['model', label('model'), run.model],
    ['layers', label('layers'), layers(run)],
    ['parameters', label('parameters'), count(run.parameters)],
    ['iteration', label('iteration'), count(latest.iteration)],
    ['epoch', label('epoch'), count(latest.epoch)],
    ['score', label('score'), value(latest.SCORE)],
    ['validation', label('validation'), value(latest.VALIDATION_SCORE)],
    ['batch', label('batch'), value(latest.BATCH_SIZE)],
    ['speed', label('speed'), value(latest.iterationsPerSecond)],
    ['cost', label('recentCostShare'), costs(run, latest)],
    ['update', label('update'), time(latest.time)],
    ['mode', label('mode'), known(`mode.${modeOf(run)}`) ?? modeOf(run)],
    ['session', label('session'), data.session],
  ];
  fill(table, ...rows
    .filter(([field, , text]) => field !== 'validation' || text !== '–')
    .map(([field, name, text]) => element('div', { class: field === 'cost' ? 'wide' : null },
      element('dt', {}, name),
      element('dd', { 'data-field': field, class: /NaN|Infinity/.test(text) ? 'bad' : null },
        text))));
}

/** The running cost, and beside it what the start and the work of protection took. */
function costs(run, latest) {
  const apart = [
    [label('startCost'), latest.START_COST_SECONDS],
    [label('protectionCost'), latest.PROTECTION_COST_SECONDS],
  ].filter(([, seconds]) => seconds >= MIN_SECONDS)
    .map(([name, seconds]) => `${name} ${value(Math.round(seconds * 100) / 100)} ${label('s')}`)
    .join(', ');
  const share = latest.COST_SHARE === undefined ? label('measuredLater') : percent(latest.COST_SHARE);
  const costs = apart === '' ? share : `${share} (${apart})`;
  return latest.COST_SHARE > Number.parseFloat(run.settings.costBudget)
    ? `${costs} – ${label('overBudget')}`
    : costs;
}

function layers(run) {
  const frozen = run.layers.filter((layer) => layer.frozen).length;
  return count(run.layers.length) + (frozen ? ` (${count(frozen)} ${label('frozen')})` : '');
}
