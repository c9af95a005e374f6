// Choices of single charts, which the address holds: a logarithmic or a linear axis, and whether it
// reaches to single values far away from all others.

import { parameter, reject, remember } from './address.js';
import { element, switchOf } from './dom.js';
import { label } from './labels.js';

/** The ids of the charts for which each choice was made. */
const chosen = Object.fromEntries(['log', 'linear', 'all'].map((name) =>
  [name, new Set(parameter(name).split(',').filter(Boolean))]));

function choose(name, id, is) {
  if (is) chosen[name].add(id);
  else chosen[name].delete(id);
  remember(name, [...chosen[name]].join(','));
}

/** Names charts of the address that do not exist, once all exist. */
export function checkChoices(ids) {
  for (const [name, charts] of Object.entries(chosen)) {
    const unknown = [...charts].filter((id) => !ids.includes(id));
    if (unknown.length === 0) continue;
    reject(name, unknown.join(','), label('address.charts', ids.join(', ')));
    unknown.forEach((id) => charts.delete(id));
    remember(name, [...charts].join(','));
  }
}

/** A switch between both axes in the header of a chart; returns whether it is logarithmic. */
export function scaleSwitch(plot, isLog, redraw) {
  const id = plot.box.id;
  const current = () => (isLog ? !chosen.linear.has(id) : chosen.log.has(id));
  switchOf(plot.box, [['linear', label('linear')], ['log', label('log')]],
    current() ? 'log' : 'linear', (choice) => {
      choose('log', id, !isLog && choice === 'log');
      choose('linear', id, isLog && choice === 'linear');
      redraw();
    });
  return current;
}

/** A button for values that the axis does not reach to; returns whether all are to be in view. */
export function outlierSwitch(plot, redraw) {
  const id = plot.box.id;
  const button = element('button', {
    type: 'button',
    class: 'outliers',
    title: label('outliers.hint'),
    hidden: true,
    onclick: () => {
      choose('all', id, !chosen.all.has(id));
      redraw();
    },
  }, label('outliers.all'));
  plot.box.querySelector('.chart-header .choices').prepend(button);
  return {
    showsAll: () => chosen.all.has(id),
    offer: (cut) => {
      button.hidden = !cut && !chosen.all.has(id);
      button.setAttribute('aria-pressed', String(chosen.all.has(id)));
    },
  };
}
