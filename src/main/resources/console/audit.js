import {read} from './api.js';
import {button, el, heading, Table, time} from './dom.js';

const PAGE = 50;

const link = (tenant) => el('a', {href: `#/tenants/${tenant}`}, tenant);

/** The parameters of a task, or the tenant or user of a security event. */
function parameters(row) {
  const given = (row.parameters || '').split('&').filter(Boolean);
  if (!given.length) return row.tenant_id ? link(row.tenant_id) : row.user_id ?? '–';
  return given.map((parameter) => el('span', {class: 'on'}, ...(parameter.startsWith('tenant=')
    ? ['tenant=', link(parameter.slice('tenant='.length))] : [parameter])));
}

export default function audit(root) {
  const table = new Table('Audit', [
    {title: 'Time', cell: (row) => time(row.at)},
    {title: 'What', text: (row) => row.task ?? (row.occurrences > 1 ? `${row.event}, ${row.occurrences} times` : row.event)},
    {title: 'Parameters', wide: true, cell: parameters},
    {title: 'Reason', wide: true, text: (row) => row.reason},
    {title: 'Outcome', wide: true, text: (row) => row.outcome ?? 'not ended'},
    {title: 'Node', text: (row) => row.node_id},
    {title: 'From', text: (row) => row.address ?? row.actor_id},
  ], (row) => row.audit_id);
  let rows = [];
  let next = null;
  const older = button('Older', async () => {
    try {
      const part = await read('audit', {limit: PAGE, before: next});
      rows = rows.concat(part.data);
      show(part);
    } catch (error) {
      page.failed(error);
    }
  }, {hidden: true});
  function show(part) {
    next = part.next;
    older.hidden = !part.has_more;
    table.show(rows, 'No task has run yet.');
  }
  root.append(
    heading('Audit'),
    el('p', {class: 'hint'}, 'Tasks of operators and security events of all nodes, the newest first.'),
    table.element,
    older);
  const page = {
    interval: 5000,
    failed: () => {},
    async refresh(signal) {
      const part = await read('audit', {limit: PAGE}, signal);
      if (rows.length > PAGE) {
        // Older pages stay below; only newer rows and outcomes change.
        const oldest = part.data.at(-1)?.audit_id ?? Infinity;
        rows = part.data.concat(rows.filter((row) => row.audit_id < oldest));
        table.show(rows);
      } else {
        rows = part.data;
        show(part);
      }
    },
  };
  return page;
}
