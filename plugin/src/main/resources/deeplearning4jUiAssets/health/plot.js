// One chart: an ECharts instance whose zoom and cursor are those of all charts of iterations.

import { ink, theme } from './colors.js';
import { count, short, tick, value } from './format.js';
import { label } from './labels.js';
import { on, set, view } from './view.js';
import { element } from './dom.js';
import { isWhole, MIN_ITERATIONS, moveCursor, panBy, showAll, shownAxis, wholeAxis, zoomBy, zoomTo }
  from './zoom.js';

const echarts = window.echarts;
const TOP = 30; // CSS pixels of the legend
const BOTTOM = 26; // CSS pixels of the numbers of the x axis
const ZOOM = 'iterations'; // the id of the zoom in each chart
const STEP = 0.25; // share of the shown iterations that a key moves by
const WHEEL_STEP = 0.1;
const SPOKEN = 8; // lines whose latest value is told

/** What keys do on a chart. */
const KEYS = {
  ArrowLeft: ({ shiftKey }) => (shiftKey ? moveCursor(-1) : panBy(-STEP)),
  ArrowRight: ({ shiftKey }) => (shiftKey ? moveCursor(1) : panBy(STEP)),
  '+': () => zoomBy(0.5),
  '=': () => zoomBy(0.5), // + without the shift key
  '-': () => zoomBy(2),
  0: showAll,
};

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
    this.canvas = element('div', { class: 'canvas', role: 'img' });
    this.overlay = element('div', { class: 'overlay-note', hidden: true });
    this.frame = element('div', { class: 'plot' }, this.canvas, this.overlay);
    this.frame.style.height = `${height}px`;
    this.readout = element('p', { class: 'readout' });
    this.box.append(this.frame, this.readout);
    this.chart = echarts.init(this.canvas, theme);
    this.grid = { left: 66, right: 20, top: TOP, bottom: BOTTOM };
    /** Called when the width changed, to draw content that depends on it. */
    this.widthChanged = () => {};
    let width = 0;
    new ResizeObserver(() => {
      this.chart.resize();
      if (width !== this.chart.getWidth()) {
        width = this.chart.getWidth();
        this.widthChanged();
      }
    }).observe(this.frame);
    this.lanes = {};
    this.below = 0;
    this.ownHeight = height;
    /** Where the pointer is in the chart, {x, y}; null if it is elsewhere. */
    this.pointer = null;
    /** Called when the pointer moved within the chart, even along the same iteration. */
    this.pointerMoved = () => {};
    this.iterations = iterations;
    /** What the chart shows, [{name, columns, series}], for those who do not see it. */
    this.tables = () => [];
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
    this.overlay.textContent = empty ? label(isWhole() ? 'nothing' : 'nothing.here') : '';
    this.chart.setOption(
      { animation: false, grid: this.grid, aria: this.aria(), ...this.zooming(), ...option },
      { replaceMerge: ['series', 'yAxis'] });
    if (this.iterations && this.selects === undefined) this.select(true);
    this.showCursor();
  }

  /** The chart in words: its title, and the latest value of each line as far as they are few. */
  aria() {
    const latest = this.tables().slice(0, SPOKEN).map(({ name, series }) => {
      const measured = series.mean.filter((each) => each !== null && each !== undefined);
      return `${name}: ${value(measured.at(-1))}`;
    });
    const title = this.box.querySelector('h2').textContent.trim();
    return {
      enabled: true,
      label: { description: [title, ...latest].join('. ') },
    };
  }

  /** Reserves CSS pixels above the plot for one use, in addition to those for other uses. */
  lane(use, pixels) {
    this.lanes[use] = pixels;
    this.grid = { ...this.grid, top: TOP + this.above() };
    this.height(this.ownHeight + this.above() + this.below);
  }

  /** Reserves CSS pixels below the numbers of the x axis. */
  laneBelow(pixels) {
    this.below = pixels;
    this.grid = { ...this.grid, bottom: BOTTOM + pixels };
    this.height(this.ownHeight + this.above() + pixels);
  }

  above() {
    return Object.values(this.lanes).reduce((sum, each) => sum + each, 0);
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
    surface.on('mousemove', ({ offsetX, offsetY }) => {
      this.pointer = { x: offsetX, y: offsetY };
      set('cursor', this.iterationAt(offsetX, offsetY));
      this.pointerMoved();
    });
    surface.on('globalout', () => {
      this.pointer = null;
      set('cursor', null);
      this.pointerMoved();
    });
    surface.on('dblclick', showAll);
    this.chart.on('datazoom', (event) => {
      const { start, end, startValue, endValue } = event.batch?.[0] ?? event;
      const [low, high] = this.whole;
      const at = (percent) => low + ((high - low) * percent) / 100;
      this.zooms = true;
      // A selection begins and ends at iterations, which are shown whole.
      if (startValue !== undefined) zoomTo(Math.round(startValue) - 0.5, Math.round(endValue) + 0.5);
      else zoomTo(at(start), at(end));
      this.zooms = false;
    });
    on('window', (window) => {
      if (window === null || this.zooms || !this.whole) return;
      const [startValue, endValue] = window;
      this.chart.dispatchAction(
        { type: 'dataZoom', dataZoomId: ZOOM, startValue, endValue }, { silent: true });
      this.showCursor();
    });
    on('cursor', () => this.showCursor());
    // A mouse selects a range; with the shift key, and with a finger, it moves the chart.
    this.frame.addEventListener('pointerdown', ({ shiftKey, pointerType }) =>
      this.select(pointerType === 'mouse' && !shiftKey), { capture: true });
    this.wheel();
    this.frame.tabIndex = 0;
    this.frame.setAttribute('role', 'group');
    this.frame.setAttribute('aria-label',
      `${this.box.querySelector('h2').textContent.trim()}. ${label('chart.keys')}`);
    this.frame.addEventListener('keydown', (event) => {
      const act = event.ctrlKey || event.altKey || event.metaKey ? undefined : KEYS[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act(event);
    });
  }

  /**
   * Decides whether the wheel zooms or scrolls the page. It scrolls until the pointer has moved
   * within the chart, and where there is nothing to zoom out of: a page of charts could not be
   * scrolled otherwise.
   */
  wheel() {
    let pointed = false;
    this.frame.addEventListener('pointermove', ({ movementX, movementY }) => {
      pointed ||= movementX !== 0 || movementY !== 0;
    });
    this.frame.addEventListener('pointerleave', () => {
      pointed = false;
    });
    window.addEventListener('scroll', () => {
      pointed = false;
    }, { capture: true, passive: true });
    this.frame.addEventListener('wheel', (event) => {
      const { deltaX, deltaY, ctrlKey, metaKey, shiftKey } = event;
      const sideways = shiftKey || Math.abs(deltaX) > Math.abs(deltaY);
      if (sideways && !isWhole()) {
        event.preventDefault();
        panBy(WHEEL_STEP * Math.sign(deltaX || deltaY));
      } else if (!sideways && (ctrlKey || metaKey || (pointed && !(deltaY > 0 && isWhole())))) {
        return; // ECharts zooms
      }
      event.stopPropagation();
    }, { capture: true, passive: false });
  }

  /** Lets dragging select a range of iterations, or move the chart. */
  select(selects) {
    if (this.selects === selects) return;
    this.selects = selects;
    this.chart.dispatchAction({
      type: 'takeGlobalCursor', key: 'dataZoomSelect', dataZoomSelectActive: selects,
    });
  }

  iterationAt(x, y) {
    if (!this.whole || !this.chart.containPixel({ gridIndex: 0 }, [x, y])) return null;
    const iteration = this.chart.convertFromPixel({ xAxisIndex: 0 }, x);
    return Number.isFinite(iteration) ? Math.max(0, Math.round(iteration)) : null;
  }

  /** Shows the cursor of the other charts; ECharts shows it where the pointer is. */
  showCursor() {
    if (!this.iterations || !this.whole || this.pointer !== null) return;
    const x = view.cursor === null
      ? NaN : this.chart.convertToPixel({ xAxisIndex: 0 }, view.cursor);
    const y = this.grid.top + 1;
    const seen = Number.isFinite(x) && this.chart.containPixel({ gridIndex: 0 }, [x, y]);
    if (!seen && !this.hasCursor) return;
    this.hasCursor = seen;
    this.chart.dispatchAction(seen
      ? { type: 'updateAxisPointer', currTrigger: 'mousemove', x, y }
      : { type: 'updateAxisPointer', currTrigger: 'leave' }, { silent: true });
  }

  /** The x axis of iterations that all charts share: the whole run, of which the zoom shows a part. */
  iterationAxis(range) {
    this.whole = wholeAxis(range);
    this.axis = shownAxis(range);
    return {
      type: 'value',
      min: this.whole[0],
      max: this.whole[1],
      minInterval: 1,
      splitLine: { show: false },
      axisLine: { onZero: false, lineStyle: { color: ink('axis') } },
      axisLabel: { formatter: short, showMinLabel: false, showMaxLabel: false, color: ink('text-quiet') },
      axisPointer: {
        show: true,
        snap: false,
        triggerTooltip: false,
        lineStyle: { color: ink('cursor'), type: 'dashed', width: 1 },
        label: { formatter: (axis) => count(Math.round(axis.value)) },
      },
    };
  }

  /** ECharts' zoom of the iterations: wheel, pinch, moving, and selecting as in its toolbox. */
  zooming() {
    if (!this.axis) return {};
    const [startValue, endValue] = this.axis;
    return {
      dataZoom: [{
        type: 'inside',
        id: ZOOM,
        xAxisIndex: 0,
        filterMode: 'none',
        startValue,
        endValue,
        minValueSpan: MIN_ITERATIONS,
        preventDefaultMouseMove: false, // a finger scrolls the page up and down
        throttle: 50,
      }],
      toolbox: {
        itemSize: 0,
        showTitle: false,
        feature: {
          dataZoom: {
            xAxisIndex: 0,
            yAxisIndex: 'none',
            filterMode: 'none',
            title: { zoom: '', back: '' },
            brushStyle: { borderWidth: 0, color: ink('selection') },
          },
        },
      },
    };
  }
}

/** A legend of many lines, which scrolls and cuts long names. */
export const longLegend = (names) => ({
  type: 'scroll',
  data: names,
  top: 2,
  left: 60,
  right: 20,
  icon: 'roundRect',
  itemHeight: 3,
  itemWidth: 18,
  textStyle: { width: 160, overflow: 'truncate' },
});

/** A y axis. */
export function valueAxis(log, more = {}) {
  return {
    type: log ? 'log' : 'value',
    scale: true,
    splitLine: { lineStyle: { color: ink('grid') } },
    axisLine: { show: false },
    ...more,
    axisLabel: {
      formatter: tick,
      color: ink('text-quiet'),
      hideOverlap: true,
      // An end that is a number is none of the ticks, and its label would be beside the last of them.
      ...(Number.isFinite(more.max) ? { showMaxLabel: false } : {}),
      ...more.axisLabel,
    },
  };
}
