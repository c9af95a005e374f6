// All views of a run, drawn from one answer of the server.

import { announce } from './announce.js';
import { drawBaseline } from './baseline.js';
import { checkChoices } from './choices.js';
import { drawClasses } from './classes.js';
import { drawCost } from './cost.js';
import { drawCoverage } from './coverage.js';
import { drawDetail } from './detail.js';
import { drawDiagnoses } from './diagnoses.js';
import { drawHeatmap } from './heatmap.js';
import { drawInterventions } from './interventions.js';
import { drawNetwork } from './network.js';
import { drawNorms } from './norms.js';
import { plots } from './plot.js';
import { drawProfile } from './profile.js';
import { drawRange } from './range.js';
import { drawRates } from './rates.js';
import { drawRatios } from './ratios.js';
import { drawScore } from './score.js';
import { drawSingular } from './singular.js';
import { drawStatus } from './status.js';
import { drawVerdict } from './verdict.js';

checkChoices(Object.keys(plots));

export function draw(data) {
  for (const view of [drawVerdict, drawCoverage, drawNetwork, drawStatus, drawDiagnoses, drawInterventions,
    drawBaseline, drawRange, drawScore, drawNorms, drawRates, drawHeatmap, drawProfile, drawRatios, drawSingular,
    drawCost, drawClasses, drawDetail]) {
    view(data);
  }
  announce(data);
}

/** The ECharts instances by the id of their box. */
export const charts = () =>
  Object.fromEntries(Object.entries(plots).map(([id, plot]) => [id, plot.chart]));
