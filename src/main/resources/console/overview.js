import {read} from './api.js';
import {Chart, Rates, Tile} from './chart.js';
import {el, heading, number, perSecond, seconds} from './dom.js';

/** Kept while other pages are open, so that the charts go on after a gap. */
const rates = new Rates();
const charts = {
  accepted: new Chart('Accepted per second', perSecond),
  stored: new Chart('Stored per second', perSecond),
  events: new Chart('Delivered per second', perSecond),
  median: new Chart('Delivery p50', seconds),
  tail: new Chart('Delivery p99', seconds),
  depth: new Chart('Queued', number),
  dead: new Chart('Dead letters', number),
  streams: new Chart('Open streams', number),
};

const sum = (nodes, value) => nodes.reduce((total, node) => total + (value(node) ?? 0), 0);

/** The consumers of all nodes, by state. */
function consumersOf(nodes) {
  const counts = {};
  for (const node of nodes) {
    for (const [state, count] of Object.entries(node.report?.consumers ?? {})) {
      counts[state] = (counts[state] ?? 0) + count;
    }
  }
  return counts;
}

export default function overview(root) {
  const nodes = new Tile('Nodes', '#/nodes');
  const tenants = new Tile('Tenants', '#/tenants');
  const consumers = new Tile('Running consumers', '#/tenants?sort=state');
  const workers = new Tile('Busy workers', '#/nodes');
  const tiles = [nodes, tenants, consumers, workers];
  root.append(
    heading('Overview'),
    el('div', {class: 'grid'}, ...tiles.map((tile) => tile.element)),
    el('div', {class: 'grid'}, ...Object.values(charts).map((chart) => chart.element)),
    el('p', {class: 'hint'}, 'All nodes together, the last 5 minutes. Delivered are events to open streams.'
      + ' p50 and p99 are the times from accepted to stored in the last minute.'));
  for (const chart of Object.values(charts)) chart.interrupt(Date.now());
  return {
    interval: 2000,
    async refresh(signal) {
      const now = await read('overview', {}, signal);
      const at = Date.now();
      const alive = now.nodes.filter((node) => node.state !== 'lost');
      rates.update(now.nodes, at);
      charts.accepted.push(at, rates.of('accepted'));
      charts.stored.push(at, rates.of('stored'));
      charts.events.push(at, rates.of('stream_events'));
      charts.median.push(at, rates.quantile(0.5));
      charts.tail.push(at, rates.quantile(0.99));
      charts.depth.push(at, now.queues.known ? now.queues.queued : null);
      charts.dead.push(at, now.queues.known ? now.queues.dead_letters : null);
      charts.streams.push(at, sum(alive, (node) => node.report?.totals.subscribers));
      const lost = now.nodes.length - alive.length;
      nodes.show(number(alive.length), lost ? `${lost} lost` : 'none lost', lost > 0);
      const unread = now.tenants - now.queues.known;
      tenants.show(number(now.tenants), [
        now.stopped ? `${number(now.stopped)} stopped` : 'none stopped',
        unread > 0 ? `queues of ${number(unread)} not read yet` : '',
      ].filter(Boolean).join(', '));
      const {running = 0, ...others} = consumersOf(alive);
      const rest = Object.entries(others).filter(([, count]) => count);
      consumers.show(number(running),
        rest.map(([state, count]) => `${number(count)} ${state}`).join(', ') || 'no others', others.stuck > 0);
      workers.show(number(sum(alive, (node) => node.report?.totals.busy_workers)),
        `of ${number(sum(alive, (node) => node.report?.totals.workers))}`);
    },
  };
}
