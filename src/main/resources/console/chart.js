// Small charts of the last minutes, as SVG.

import {el, say} from './dom.js';

const SPAN = 300_000;
const WIDTH = 240;
const HEIGHT = 56;
const SVG = 'http://www.w3.org/2000/svg';

function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A value and its course; a value of null is a gap. */
export class Chart {
  constructor(label, format) {
    this.label = label;
    this.format = format;
    this.samples = [];
    this.value = el('p', {class: 'value'}, '–');
    this.scale = el('p', {class: 'scale'});
    this.area = svg('path', {class: 'area'});
    this.line = svg('path', {class: 'line'});
    this.image = svg('svg', {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label,
    }, this.area, this.line);
    this.element = el('figure', {class: 'card chart'},
      el('figcaption', {}, label), this.value, this.image, this.scale);
  }

  /** Begins a gap, as nothing is read for a while. */
  interrupt(at) {
    this.samples.push({at, value: null});
  }

  push(at, value) {
    this.samples.push({at, value});
    while (this.samples[0].at < at - SPAN) this.samples.shift();
    const known = this.samples.filter((sample) => sample.value !== null);
    const highest = known.reduce((max, sample) => Math.max(max, sample.value), 0);
    const now = value === null ? '–' : this.format(value);
    say(this.value, now);
    say(this.scale, known.length > 1 ? `highest ${this.format(highest)}` : '');
    this.image.setAttribute('aria-label', `${this.label}: now ${now}, highest ${this.format(highest)}`);
    this.draw(at, highest || 1);
  }

  draw(now, highest) {
    const x = (sample) => (WIDTH * (1 - (now - sample.at) / SPAN)).toFixed(1);
    const y = (sample) => (HEIGHT - 2 - (HEIGHT - 6) * (sample.value / highest)).toFixed(1);
    let line = '';
    let area = '';
    let run = [];
    const end = () => {
      if (run.length > 1) {
        const points = run.map((sample) => `${x(sample)},${y(sample)}`).join('L');
        line += `M${points}`;
        area += `M${x(run[0])},${HEIGHT}L${points}L${x(run.at(-1))},${HEIGHT}Z`;
      }
      run = [];
    };
    for (const sample of this.samples) {
      if (sample.value === null) end();
      else run.push(sample);
    }
    end();
    this.line.setAttribute('d', line);
    this.area.setAttribute('d', area);
  }
}

/** A number and no course; its caption leads to a page. */
export class Tile {
  constructor(label, href) {
    this.value = el('p', {class: 'value'}, '–');
    this.detail = el('p', {class: 'scale'});
    this.element = el('div', {class: 'card chart'},
      el('p', {class: 'caption'}, el('a', {href}, label)), this.value, this.detail);
  }

  show(value, detail, alarm = false) {
    say(this.value, value);
    say(this.detail, detail);
    this.detail.classList.toggle('alarm', alarm);
  }
}

/** Turns growing totals of nodes into rates per second, and their histograms into quantiles. */
export class Rates {
  constructor() {
    this.nodes = new Map();
    this.deliveries = {};
    this.history = [];
  }

  /** Takes the nodes of one reading; nodes write their totals every second, by their own clock. */
  update(nodes, now) {
    const present = new Set(nodes.map((node) => node.node_id));
    for (const id of this.nodes.keys()) if (!present.has(id)) this.nodes.delete(id);
    for (const node of nodes) {
      const totals = node.report?.totals;
      if (!totals) continue;
      const at = Date.parse(node.seen_at);
      const before = this.nodes.get(node.node_id);
      if (before?.at === at) {
        if (node.state === 'lost') before.rates = {};
        continue;
      }
      const rates = {};
      const continues = before && before.startedAt === node.started_at;
      if (continues) {
        for (const [name, value] of Object.entries(totals)) {
          if (typeof value === 'number') {
            rates[name] = Math.max(0, value - before.totals[name]) * 1000 / (at - before.at);
          }
        }
      }
      if (continues) this.addDeliveries(totals.deliveries, before.totals.deliveries);
      this.nodes.set(node.node_id, {at, totals, rates, startedAt: node.started_at});
    }
    this.history.push({at: now, deliveries: {...this.deliveries}});
    while (this.history.length > 2 && this.history[1].at <= now - 60_000) this.history.shift();
  }

  addDeliveries(current, before) {
    for (const [bound, count] of Object.entries(current)) {
      const more = Math.max(0, count - (before[bound] ?? 0));
      this.deliveries[bound] = (this.deliveries[bound] ?? 0) + more;
    }
  }

  /** The sum over all nodes; null before the second reading of any. */
  of(name) {
    const known = [...this.nodes.values()].map((node) => node.rates[name]).filter((rate) => rate !== undefined);
    return known.length ? known.reduce((sum, rate) => sum + rate, 0) : null;
  }

  /** A quantile of the delivery times of the last minute, in seconds; null without deliveries. */
  quantile(q) {
    const first = this.history[0]?.deliveries ?? {};
    const bounds = Object.entries(this.deliveries)
      .map(([bound, count]) => ({bound: bound === '+Inf' ? Infinity : Number(bound), count: count - (first[bound] ?? 0)}))
      .sort((a, b) => a.bound - b.bound);
    const total = bounds.at(-1)?.count ?? 0;
    if (!total) return null;
    const rank = q * total;
    let below = {bound: 0, count: 0};
    for (const entry of bounds) {
      if (entry.count >= rank) {
        if (entry.bound === Infinity) return below.bound;
        return below.bound + (entry.bound - below.bound) * (rank - below.count) / (entry.count - below.count || 1);
      }
      below = entry;
    }
    return below.bound;
  }
}
