import {read} from './api.js';
import {badge, button, el, heading, number, say, Table} from './dom.js';
import {operate} from './operation.js';

const PAGE = 50;

/** The columns by which the service sorts, and whether the highest comes first at first. */
const SORTS = {
  name: ['Name', false],
  created: ['Created', true],
  wanted: ['Wanted', false],
  state: ['Actual', false],
  workers: ['Workers', true],
  in_flight: ['In flight', true],
  queue_depth: ['Queue', true],
  dead_letters: ['Dead letters', true],
  last_error: ['Last error', true],
};

export function onNodes(tenant) {
  const here = tenant.nodes.filter((node) => node.actual !== 'elsewhere');
  return here.length
    ? here.map((node) => el('span', {class: 'on'}, badge(node.actual), ` ${node.node}`))
    : [badge('unknown')];
}

export default function tenants(root, session, query, go) {
  const state = {
    q: query.get('q') ?? '',
    sort: SORTS[query.get('sort')] ? query.get('sort') : 'name',
    order: query.get('order') === 'desc' ? 'desc' : 'asc',
    offset: Math.max(0, Number.parseInt(query.get('offset'), 10) || 0),
  };
  let timer = null;
  const change = (more) => {
    Object.assign(state, {offset: 0}, more);
    go(`#/tenants?${new URLSearchParams(Object.entries(state).filter(([, value]) => value))}`);
    mark();
    page.refresh().catch(page.failed);
  };
  const by = (sort) => change({
    sort, order: state.sort === sort ? (state.order === 'asc' ? 'desc' : 'asc') : SORTS[sort][1] ? 'desc' : 'asc',
  });
  const heads = {};
  const head = (sort) => (heads[sort] = button(SORTS[sort][0], () => by(sort), {class: 'sort'}));
  const table = new Table('Tenants', [
    {title: 'Tenant', head: head('name'), cell: (row) => [
      el('a', {href: `#/tenants/${row.tenant_id}`}, row.tenant_name),
      el('code', {class: 'id'}, row.tenant_id)]},
    {title: 'Wanted', head: head('wanted'), text: (row) => row.wanted},
    {title: 'Actual', head: head('state'), cell: onNodes},
    {title: 'Workers', head: head('workers'), numeric: true, text: (row) => number(row.workers)},
    {title: 'In flight', head: head('in_flight'), numeric: true, text: (row) => number(row.in_flight)},
    {title: 'Queue', head: head('queue_depth'), numeric: true, text: (row) => number(row.queue_depth)},
    {title: 'Dead letters', head: head('dead_letters'), numeric: true, text: (row) => number(row.dead_letters),
      alarm: (row) => row.dead_letters > 0},
    {title: 'Last error', head: head('last_error'), wide: true, text: (row) => row.last_error || '–'},
  ], (row) => row.tenant_id);
  const search = el('input', {id: 'search', type: 'search', value: state.q, maxlength: '100', autocomplete: 'off',
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => change({q: search.value.trim()}), 250);
    }});
  const choose = el('select', {id: 'sort', onchange: () =>
    change({sort: choose.value, order: SORTS[choose.value][1] ? 'desc' : 'asc'})},
  ...Object.entries(SORTS).map(([value, [title]]) => el('option', {value}, title)));
  const count = el('p', {id: 'count', role: 'status'});
  const previous = button('Previous', () => change({offset: Math.max(0, state.offset - PAGE)}));
  const next = button('Next', () => change({offset: state.offset + PAGE}));
  const silent = el('p', {class: 'error'});

  function mark() {
    choose.value = state.sort;
    for (const [sort, control] of Object.entries(heads)) {
      const order = state.sort !== sort ? null : state.order === 'asc' ? 'ascending' : 'descending';
      if (order) control.parentElement.setAttribute('aria-sort', order);
      else control.parentElement.removeAttribute('aria-sort');
    }
  }

  const forAll = (task, verb, effect, danger) => button(`${verb} all consumers`, async () => {
    if (await operate({
      title: `${verb} the consumers of all tenants`, task, parameters: {all: 'true'}, effect,
      verb: `${verb} all`, danger, confirm: 'all tenants',
    })) page.refresh().catch(page.failed);
  });
  const page = {
    interval: 5000,
    failed: () => {},
    async refresh(signal) {
      const asked = JSON.stringify(state);
      const answer = await read('tenants', {...state, limit: PAGE}, signal);
      if (asked !== JSON.stringify(state)) return;
      table.show(answer.data, answer.all ? 'No tenant matches.' : 'There are no tenants.');
      const last = state.offset + answer.data.length;
      say(count, answer.data.length
        ? `${number(state.offset + 1)} to ${number(last)} of ${number(answer.found)}`
          + (answer.found < answer.all ? `, among ${number(answer.all)}` : '')
        : `0 of ${number(answer.all)}`);
      previous.disabled = state.offset === 0;
      next.disabled = last >= answer.found;
      say(silent, answer.silent.map(({node, reason}) => `Node ${node}: ${reason}.`).join(' '));
    },
  };
  root.append(
    heading('Tenants', ...(session.read_only ? [] : [
      forAll('start-consumers', 'Start', 'Every stopped consumer starts again, on every node.', false),
      forAll('kill-consumers', 'Stop',
        'Every consumer ends its running batch and stops, until it is started again. Messages keep queueing.', true),
    ])),
    el('form', {class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault()},
      el('div', {}, el('label', {for: 'search'}, 'Name or id'), search),
      el('div', {class: 'narrow'}, el('label', {for: 'sort'}, 'Sort by'),
        el('div', {}, choose, button('Reverse', () => by(state.sort), {'aria-label': 'Reverse the order'})))),
    silent, table.element,
    el('nav', {class: 'pager', 'aria-label': 'Pages of the list'}, previous, count, next));
  mark();
  return page;
}
