import {read} from './api.js';
import {badge, el, heading, Table} from './dom.js';

export default function health(root, session) {
  const table = new Table('Health checks', [
    {title: 'Check', text: (check) => check.name},
    {title: 'State', cell: (check) => badge(check.healthy ? 'healthy' : 'unhealthy')},
    {title: 'Message', wide: true, text: (check) => check.message ?? '–'},
    {title: 'Took', numeric: true, text: (check) => `${check.milliseconds} ms`},
  ], (check) => check.name);
  root.append(
    heading('Health'),
    el('p', {class: 'hint'}, `As node ${session.node} sees it; each node checks for itself.`),
    table.element);
  return {
    interval: 5000,
    async refresh(signal) {
      table.show(await read('health', {}, signal));
    },
  };
}
