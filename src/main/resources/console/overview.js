import {read} from './api.js';
import {Chart, Rates, Tile} from './chart.js';
import {el, heading, number, seconds} from './dom.js';

const perSecond = (value) => value.toLocaleString([], {maximumFractionDigits: value < 10 ? 1 : 0});

export default function overview(root) {
  const rates = new Rates();
  const charts = {
    accepted: new Chart('Accepted per second', perSecond),
    stored: new Chart('Stored per second', perSecond),
    events: new Chart('Delivered to streams per second', perSecond),
    median: new Chart('Delivery, median', seconds),
    tail: new Chart('Delivery, 99th percentile', seconds),
    depth: new Chart('Messages in queues', number),
    dead: new Chart('Dead letters', number),
    streams: new Chart('Open streams', number),
  };
  const nodes = new Tile('Nodes');
  const tenants = new Tile('Tenants');
  root.append(
    heading('Overview'),
    el('p', {class: 'hint'}, 'All nodes together. Delivery is the time from accepted to stored, of the last minute.'),
    el('div', {class: 'grid'}, nodes.element, tenants.element,
      ...Object.values(charts).map((chart) => chart.element)));
  return {
    interval: 2000,
    async refresh(signal) {
      const now = await read('overview', {}, signal);
      const at = Date.now();
      rates.update(now.nodes, at);
      charts.accepted.push(at, rates.of('accepted'));
      charts.stored.push(at, rates.of('stored'));
      charts.events.push(at, rates.of('stream_events'));
      charts.median.push(at, rates.quantile(0.5));
      charts.tail.push(at, rates.quantile(0.99));
      charts.depth.push(at, now.queues.known ? now.queues.queued : null);
      charts.dead.push(at, now.queues.known ? now.queues.dead_letters : null);
      const alive = now.nodes.filter((node) => node.state !== 'lost');
      charts.streams.push(at, alive.reduce((sum, node) => sum + (node.report?.totals.subscribers ?? 0), 0));
      const lost = now.nodes.length - alive.length;
      nodes.show(number(alive.length), lost ? `${lost} lost` : 'none lost');
      const unread = now.tenants - now.queues.known;
      tenants.show(number(now.tenants), [
        now.stopped ? `${number(now.stopped)} stopped` : 'none stopped',
        unread > 0 ? `queues of ${number(unread)} not read yet` : '',
      ].filter(Boolean).join(', '));
    },
  };
}
