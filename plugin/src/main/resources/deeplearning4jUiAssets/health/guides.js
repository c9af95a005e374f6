// Thin lines across a chart of iterations where an epoch starts and where the learning rate changes,
// as far as these are few: of a schedule that changes it all the time there are none.

import { ink } from './colors.js';
import { value } from './format.js';
import { label } from './labels.js';

const MAX_EPOCHS = 40;
const MAX_CHANGES = 12;
const MIN_CHANGE = 0.01; // relative
const LANE = 12; // CSS pixels of the names of epochs below the axis
const BELOW_AXIS = 23; // CSS pixels from the axis to that lane
const APART = 6; // CSS pixels between two labels
const CHARACTER = 6; // CSS pixels
const EPOCH = ink('epoch');
const RATE = ink('validation');

/**
 * The series that draws the guides of a chart, which gets a lane for the names of epochs; to be
 * called before the chart is drawn.
 */
export function guides(plot, data) {
  const all = [...epochs(data), ...rates(data)].sort((a, b) => a.at - b.at);
  plot.laneBelow(all.some(({ row }) => row === 0) ? LANE : 0);
  if (all.length === 0) return [];
  let free = [-Infinity, -Infinity];
  return [{
    type: 'custom',
    name: 'guides',
    data: all.map(({ at }) => [at]),
    encode: { x: 0, y: -1 },
    clip: false,
    silent: true,
    z: 0,
    renderItem: (params, api) => {
      const { at, text, color, row } = all[params.dataIndex];
      if (params.dataIndexInside === 0) free = [-Infinity, -Infinity];
      const area = params.coordSys;
      const [x] = api.coord([at - 0.5, 1]);
      if (x < area.x + 1 || x > area.x + area.width) return null;
      const width = text.length * CHARACTER;
      const labeled = x > free[row] && x + width < area.x + area.width;
      if (labeled) free[row] = x + width + APART;
      return {
        type: 'group',
        children: [
          {
            type: 'line',
            shape: { x1: x, y1: area.y, x2: x, y2: area.y + area.height + (labeled && row === 0 ? BELOW_AXIS + 9 : 0) },
            style: { stroke: color, lineWidth: 1, opacity: row === 0 ? 0.35 : 0.8, lineDash: row === 0 ? null : [6, 3] },
          },
          ...(labeled
            ? [{
                type: 'text',
                style: {
                  text,
                  x: x + 3,
                  // Epochs have a lane below the numbers of the axis.
                  y: row === 0 ? area.y + area.height + BELOW_AXIS : area.y + area.height - 24,
                  fill: color,
                  font: '10px sans-serif',
                },
              }]
            : []),
        ],
      };
    },
  }];
}

function epochs({ epochs: starts = [] }) {
  const every = Math.ceil(starts.length / MAX_EPOCHS);
  return starts.filter((_, i) => i % every === 0)
    .map(([at, epoch]) => ({ at, text: `${label('epoch')} ${epoch}`, color: EPOCH, row: 0 }));
}

/** Where the first learning rate changes; the chart of the learning rates has all of them. */
function rates({ learningRates: { columns, lines } }) {
  const mean = lines[0]?.mean ?? [];
  const out = [];
  let before = null;
  mean.forEach((rate, i) => {
    if (rate === null) return;
    if (before !== null && Math.abs(rate - before) > MIN_CHANGE * Math.abs(before)) {
      out.push({ at: columns.first[i], text: `${value(before)} → ${value(rate)}`, color: RATE, row: 1 });
    }
    before = rate;
  });
  return out.length > MAX_CHANGES ? [] : out;
}
