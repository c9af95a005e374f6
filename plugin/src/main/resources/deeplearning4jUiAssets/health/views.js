// All views of a run, drawn from one answer of the server.

import { announce } from './announce.js';
import { drawBaseline } from './baseline.js';
import { checkChoices } from './choices.js';
import { drawClasses } from './classes.js';
import { drawCost } from './cost.js';
import { drawCoverage } from './coverage.js';
import { drawDiagnoses } from './diagnoses.js';
import { drawHeatmap } from './heatmap.js';
import { drawInterventions } from './interventions.js';
import { drawNetwork } from './network.js';
import { drawNorms } from './norms.js';
import { isWanted, onSeen } from './on-screen.js';
import { plots } from './plot.js';
import { drawProfile } from './profile.js';
import { drawRange } from './range.js';
import { drawRates } from './rates.js';
import { drawRatios } from './ratios.js';
import { drawScore } from './score.js';
import { drawSingular } from './singular.js';
import { onSelect, selected } from './selected.js';
import { drawStatus } from './status.js';
import { drawVerdict } from './verdict.js';
import { view } from './view.js';

checkChoices(Object.keys(plots));

let latest = null;
let detail = null;
onSelect(() => latest && drawDetail());

/** The detail, whose modules are loaded when something is selected. */
async function drawDetail() {
  if (detail === null && selected() === null && view.layer === null) return;
  detail ??= await import('./detail.js');
  detail.drawDetail(latest);
}

/** The charts by the ids of their boxes, in the order of the page. */
const drawings = {
  score: drawScore,
  norms: drawNorms,
  rates: drawRates,
  heatmap: drawHeatmap,
  profile: drawProfile,
  ratios: drawRatios,
  singular: drawSingular,
  cost: drawCost,
};

/** Charts that have been drawn, and those whose drawing waits until they are on screen. */
const drawn = new Set();
const waiting = new Set();
onSeen((id) => {
  if (waiting.delete(id)) drawings[id](latest);
});

/** Whether to draw a chart now. Each is drawn at first, so that it can be saved. */
function isNow(id, data) {
  if (!drawn.has(id) || isWanted(id, data)) {
    drawn.add(id);
    waiting.delete(id);
    return true;
  }
  waiting.add(id);
  return false;
}

export function draw(data) {
  latest = data;
  const charts = Object.keys(drawings).filter((id) => isNow(id, data)).map((id) => drawings[id]);
  for (const drawView of [drawVerdict, drawCoverage, drawNetwork, drawStatus, drawDiagnoses, drawInterventions,
    drawBaseline, drawRange, ...charts, drawClasses, drawDetail]) {
    drawView(data);
  }
  announce(data);
}

/** The ECharts instances by the id of their box. */
export const charts = () =>
  Object.fromEntries(Object.entries(plots).map(([id, plot]) => [id, plot.chart]));
