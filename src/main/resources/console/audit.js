import {read} from './api.js';
import {button, el, heading, Table, time} from './dom.js';

const PAGE = 50;

export default function audit(root) {
  const table = new Table('Audit', [
    {title: 'Time', cell: (row) => time(row.at)},
    {title: 'What', text: (row) => row.task ?? (row.occurrences > 1 ? `${row.event}, ${row.occurrences} times` : row.event)},
    {title: 'Parameters', wide: true, text: (row) => row.parameters || row.tenant_id || row.user_id},
    {title: 'Reason', wide: true, text: (row) => row.reason},
    {title: 'Outcome', wide: true, text: (row) => row.outcome ?? 'not ended'},
    {title: 'Node', text: (row) => row.node_id},
    {title: 'From', text: (row) => row.address ?? row.actor_id},
  ], (row) => row.audit_id);
  let rows = [];
  let next = null;
  const older = button('Older', async () => {
    const page = await read('audit', {limit: PAGE, before: next});
    rows = rows.concat(page.data);
    show(page);
  }, {hidden: true});
  function show(page) {
    next = page.next;
    older.hidden = !page.has_more;
    table.show(rows, 'No task has run yet.');
  }
  root.append(
    heading('Audit'),
    el('p', {class: 'hint'}, 'Tasks of operators and security events of all nodes, the newest first.'),
    table.element,
    older);
  return {
    interval: 5000,
    async refresh(signal) {
      const page = await read('audit', {limit: PAGE}, signal);
      if (rows.length > PAGE) {
        // Older pages stay below; only newer rows and outcomes change.
        const oldest = page.data.at(-1)?.audit_id ?? Infinity;
        rows = page.data.concat(rows.filter((row) => row.audit_id < oldest));
        table.show(rows);
      } else {
        rows = page.data;
        show(page);
      }
    },
  };
}
