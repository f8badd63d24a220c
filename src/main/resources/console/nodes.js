import {read} from './api.js';
import {badge, el, heading, number, seconds, Table, time} from './dom.js';

const consumers = (node) => Object.values(node.report?.consumers ?? {}).reduce((sum, count) => sum + count, 0);

function share(node, all) {
  return all ? `${number(consumers(node))} (${Math.round(100 * consumers(node) / all)} %)` : '0';
}

function states(node) {
  const counts = Object.entries(node.report?.consumers ?? {}).filter(([, count]) => count);
  return counts.map(([state, count]) => `${number(count)} ${state}`).join(', ') || '–';
}

export default function nodes(root) {
  let all = 0;
  const table = new Table('Nodes', [
    {title: 'Node', text: (node) => node.node_id},
    {title: 'State', cell: (node) => badge(node.state)},
    {title: 'Version', text: (node) => node.report?.version ?? 'unknown'},
    {title: 'Tenants', numeric: true, text: (node) => share(node, all)},
    {title: 'Consumers', text: states},
    {title: 'Busy workers', numeric: true, text: (node) =>
      node.report ? `${number(node.report.totals.busy_workers)} of ${number(node.report.totals.workers)}` : '?'},
    {title: 'Streams', numeric: true, text: (node) => number(node.report?.totals.subscribers)},
    {title: 'Started', cell: (node) => time(node.started_at)},
    {title: 'Last seen', text: (node) => `${seconds(Math.max(0, node.silent_for))} ago`},
  ], (node) => node.node_id);
  root.append(
    heading('Nodes'),
    el('p', {class: 'hint'}, 'A node that stopped in order is not listed. A lost one is listed for an hour.'),
    table.element);
  return {
    interval: 2000,
    async refresh(signal) {
      const rows = await read('nodes', {}, signal);
      all = rows.filter((node) => node.state !== 'lost').reduce((sum, node) => sum + consumers(node), 0);
      table.show(rows, 'No node has written a heartbeat.');
    },
  };
}
