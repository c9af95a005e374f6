// All views of a run, drawn from one answer of the server.

import { announce } from './announce.js';
import { drawBaseline } from './baseline.js';
import { checkChoices } from './choices.js';
import { drawCost } from './cost.js';
import { drawCoverage } from './coverage.js';
import { drawDiagnoses } from './diagnoses.js';
import { drawHeatmap } from './heatmap.js';
import { drawInterventions } from './interventions.js';
import { drawNorms } from './norms.js';
import { plots } from './plot.js';
import { drawProfile } from './profile.js';
import { drawRange } from './range.js';
import { drawRates } from './rates.js';
import { drawScore } from './score.js';
import { drawSingular } from './singular.js';
import { drawStatus } from './status.js';
import { drawVerdict } from './verdict.js';

checkChoices(Object.keys(plots));

export function draw(data) {
  for (const view of [drawVerdict, drawCoverage, drawDiagnoses, drawInterventions, drawBaseline, drawRange,
    drawStatus, drawScore, drawHeatmap, drawProfile, drawNorms, drawRates, drawSingular, drawCost]) {
    view(data);
  }
  announce(data);
}

/** The ECharts instances by the id of their box. */
export const charts = () =>
  Object.fromEntries(Object.entries(plots).map(([id, plot]) => [id, plot.chart]));
