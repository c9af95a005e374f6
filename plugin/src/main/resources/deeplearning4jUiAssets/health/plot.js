// One chart: an ECharts instance with the shared cursor, and zooming by dragging.

import { short, tick } from './format.js';
import { label } from './labels.js';
import { on, set, view } from './view.js';
import { element } from './dom.js';

const echarts = window.echarts;
const TOP = 30; // CSS pixels of the legend

/** All charts by the id of their box. */
export const plots = {};

export class Plot {
  /**
   * Creates a chart.
   *
   * @param boxId the id of the section that contains the chart
   * @param height CSS pixels
   * @param iterations whether its x axis is iterations, so that it shares cursor and range
   */
  constructor(boxId, height, iterations = true) {
    this.box = document.getElementById(boxId);
    this.canvas = element('div', { class: 'canvas' });
    this.cursor = element('div', { class: 'cursor', hidden: true });
    this.selection = element('div', { class: 'selection', hidden: true });
    this.overlay = element('div', { class: 'overlay-note', hidden: true });
    this.frame = element('div', { class: 'plot' },
      this.canvas, this.selection, this.cursor, this.overlay);
    this.frame.style.height = `${height}px`;
    this.readout = element('p', { class: 'readout' });
    this.box.append(this.frame, this.readout);
    this.chart = echarts.init(this.canvas);
    this.grid = { left: 66, right: 20, top: TOP, bottom: 26 };
    /** Called when the width changed, to draw content that depends on it. */
    this.widthChanged = () => {};
    let width = 0;
    new ResizeObserver(() => {
      this.chart.resize();
      this.placeCursor();
      if (width !== this.chart.getWidth()) {
        width = this.chart.getWidth();
        this.widthChanged();
      }
    }).observe(this.frame);
    this.lanes = {};
    this.ownHeight = height;
    /** Called when the pointer moved within the chart, even along the same iteration. */
    this.pointerMoved = () => {};
    if (iterations) this.shareIterations();
    plots[boxId] = this;
  }

  /** Draws the chart; the user's choices in the legend are kept. */
  draw(option, empty = false) {
    this.overlay.hidden = !empty;
    Object.assign(this.overlay.style, {
      left: `${this.grid.left}px`,
      right: `${this.grid.right}px`,
    });
    this.overlay.textContent = empty ? label('nothing') : '';
    this.chart.setOption(
      { animation: false, grid: this.grid, ...option },
      { replaceMerge: ['series', 'yAxis'] });
    this.placeCursor();
  }

  /** Reserves CSS pixels above the plot for one use, in addition to those for other uses. */
  lane(use, pixels) {
    this.lanes[use] = pixels;
    const lanes = Object.values(this.lanes).reduce((sum, each) => sum + each, 0);
    this.grid = { ...this.grid, top: TOP + lanes };
    this.height(this.ownHeight + lanes);
  }

  /** CSS pixels from the left end of the axis to its right end. */
  plotWidth() {
    return this.chart.getWidth() - this.grid.left - this.grid.right;
  }

  height(pixels) {
    if (this.frame.style.height === `${pixels}px`) return;
    this.frame.style.height = `${pixels}px`;
    this.chart.resize();
  }

  shareIterations() {
    const surface = this.chart.getZr();
    let start = null;
    surface.on('mousemove', (event) => {
      this.pointer = { x: event.offsetX, y: event.offsetY };
      set('cursor', this.iterationAt(event.offsetX, event.offsetY));
      this.pointerMoved();
      if (start !== null) this.select(start, event.offsetX);
    });
    surface.on('globalout', () => {
      this.pointer = null;
      set('cursor', null);
      this.pointerMoved();
    });
    surface.on('mousedown', (event) => {
      if (this.iterationAt(event.offsetX, event.offsetY) !== null) start = event.offsetX;
    });
    surface.on('dblclick', () => set('range', null));
    window.addEventListener('mouseup', (event) => {
      if (start === null) return;
      this.selection.hidden = true;
      const end = event.clientX - this.frame.getBoundingClientRect().left;
      const [left, right] = [Math.min(start, end), Math.max(start, end)];
      start = null;
      if (right - left < 5) return;
      const from = Math.max(0, Math.round(this.chart.convertFromPixel({ xAxisIndex: 0 }, left)));
      const to = Math.round(this.chart.convertFromPixel({ xAxisIndex: 0 }, right));
      if (to > from) set('range', { from, to });
    });
    on('cursor', () => this.placeCursor());
  }

  select(start, end) {
    const inside = (x) =>
      Math.max(this.grid.left, Math.min(x, this.chart.getWidth() - this.grid.right));
    const [left, right] = [inside(Math.min(start, end)), inside(Math.max(start, end))];
    Object.assign(this.selection.style, {
      left: `${left}px`,
      width: `${right - left}px`,
      top: `${this.grid.top}px`,
      bottom: `${this.grid.bottom}px`,
    });
    this.selection.hidden = false;
  }

  iterationAt(x, y) {
    if (x < this.grid.left || x > this.chart.getWidth() - this.grid.right) return null;
    if (y < this.grid.top || y > this.chart.getHeight() - this.grid.bottom) return null;
    const iteration = this.chart.convertFromPixel({ xAxisIndex: 0 }, x);
    return Number.isFinite(iteration) ? Math.max(0, Math.round(iteration)) : null;
  }

  placeCursor() {
    if (this.cursor === undefined || !this.axis) return;
    const [min, max] = this.axis;
    if (view.cursor === null || view.cursor < min || view.cursor > max) {
      this.cursor.hidden = true;
      return;
    }
    const x = this.grid.left + ((view.cursor - min) / (max - min)) * this.plotWidth();
    Object.assign(this.cursor.style, {
      left: `${x}px`,
      top: `${this.grid.top}px`,
      bottom: `${this.grid.bottom}px`,
    });
    this.cursor.hidden = false;
  }

  /** The x axis of iterations that all charts share. */
  iterationAxis(range) {
    this.axis = [range.from - 0.5, Math.max(range.to, range.from + 1) + 0.5];
    return {
      type: 'value',
      min: this.axis[0],
      max: this.axis[1],
      minInterval: 1,
      splitLine: { show: false },
      axisLine: { onZero: false, lineStyle: { color: '#9aa5ae' } },
      axisLabel: { formatter: short, showMinLabel: false, showMaxLabel: false, color: '#5c6873' },
    };
  }
}

/** A y axis. */
export function valueAxis(log, more = {}) {
  return {
    type: log ? 'log' : 'value',
    scale: true,
    splitLine: { lineStyle: { color: '#e4e7ea' } },
    axisLine: { show: false },
    ...more,
    axisLabel: { formatter: tick, color: '#5c6873', hideOverlap: true, ...more.axisLabel },
  };
}
