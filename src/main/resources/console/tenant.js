import {read} from './api.js';
import {Chart} from './chart.js';
import {badge, button, el, heading, number, perSecond, put, say, Table, time} from './dom.js';
import {DeadLetters} from './letters.js';
import {operate} from './operation.js';

export default function tenant(root, session, id) {
  const charts = {
    stored: new Chart('Stored per second', perSecond),
    depth: new Chart('Queued', number),
    flight: new Chart('In flight', number),
    dead: new Chart('Dead letters', number),
  };
  const table = new Table('Consumers of the tenant', [
    {title: 'Node', text: (row) => row.node},
    {title: 'Actual', cell: (row) => badge(row.actual)},
    {title: 'Workers', numeric: true, text: (row) => number(row.workers)},
    {title: 'In flight', numeric: true, text: (row) => number(row.in_flight)},
    {title: 'Processed', numeric: true, text: (row) => number(row.processed)},
    {title: 'Last error', wide: true, text: (row) => row.last_error || '–'},
  ], (row) => row.node);
  const facts = el('p', {class: 'facts'});
  const silent = el('p', {class: 'error'});
  let now = null;
  let before = null;
  const operation = (label, detail, more) => button(label, async () => {
    if (await operate({parameters: {tenant: id}, verb: label, ...detail(), ...more})) {
      page.refresh().catch(page.failed);
    }
  });
  const start = operation('Start', () => ({
    title: `Start the consumer of ${now.tenant_name}`, task: 'start-consumers',
    effect: 'The consumer of this tenant starts on the node that is assigned to it.',
  }));
  const stop = operation('Stop', () => ({
    title: `Stop the consumer of ${now.tenant_name}`, task: 'kill-consumers',
    effect: 'The consumer ends its running batch and stops on every node, until it is started again.'
      + ' Messages keep queueing.',
  }), {danger: true});
  const resize = operation('Change workers', () => ({
    title: `Change the workers of ${now.tenant_name}`, task: 'resize-consumers',
    effect: 'The number of batches of this tenant that may be stored at the same time.',
    field: {name: 'workers', label: 'Workers, 1 to 64', min: 1, max: 64, value: now.workers},
  }));
  const title = heading('Tenant', ...(session.read_only ? [] : [start, stop, resize]));
  for (const control of [start, stop, resize]) control.disabled = true;
  const letters = new DeadLetters(id, session, () => page.refresh().catch(page.failed));
  root.append(
    el('p', {}, el('a', {href: '#/tenants'}, 'All tenants')),
    title,
    el('p', {}, el('code', {class: 'id'}, id)),
    facts, silent,
    el('div', {class: 'grid'}, ...Object.values(charts).map((chart) => chart.element)),
    el('section', {'aria-labelledby': 'consumers-title'},
      el('h2', {id: 'consumers-title'}, 'Consumers'), table.element),
    letters.element);
  letters.load();
  const page = {
    interval: 2000,
    failed: () => {},
    async refresh(signal) {
      const view = await read(`tenants/${id}`, {}, signal);
      now = view.tenant;
      say(title.querySelector('h1'), now.tenant_name);
      document.title = `${now.tenant_name} · Console`;
      put(facts, 'Wanted ', badge(now.wanted), ' Actual ', badge(now.state),
        ` · ${number(now.workers)} workers · ${number(view.head)} messages stored · created `, time(now.created_at));
      start.disabled = now.wanted === 'running';
      stop.disabled = now.wanted === 'stopped';
      resize.disabled = false;
      const at = Date.parse(view.at);
      const rate = before && at > before.at ? Math.max(0, view.head - before.head) * 1000 / (at - before.at) : null;
      before = {at, head: view.head};
      charts.stored.push(at, rate);
      charts.depth.push(at, now.queue_depth);
      charts.flight.push(at, now.in_flight);
      charts.dead.push(at, now.dead_letters);
      table.show(now.nodes, 'No node has reported this tenant.');
      say(silent, view.silent.map(({node, reason}) => `Node ${node}: ${reason}.`).join(' '));
    },
  };
  return page;
}
