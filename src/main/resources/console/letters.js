// A tenant's dead letters. Their bodies are shown on request only: that task is audited.

import {read, run} from './api.js';
import {button, el, headed, number, say, Table, time} from './dom.js';
import {operate} from './operation.js';

const LIMIT = 100;

/** Reads the text of the task list-dead-letters: blocks of lines `name  value`. */
export function bodiesOf(text) {
  return text.split('\n\n').slice(1).map((block) => {
    const lines = block.split('\n').map((line) => line.match(/^(\w+)\s{2,}(.*)$/)).filter(Boolean);
    return Object.fromEntries(lines.map(([, name, value]) => [name, value]));
  });
}

/** The error's message after the name of its class, without the package. */
function errorOf(row) {
  const name = row.error_class?.replace(/^.*[.$]/, '');
  return [name, row.error_message].filter(Boolean).join(': ') || '–';
}

export class DeadLetters {
  constructor(tenant, session, changed) {
    this.tenant = tenant;
    this.changed = changed;
    this.rows = [];
    this.summary = el('p', {role: 'status'});
    this.error = el('p', {class: 'error', role: 'alert'});
    const columns = [
      {title: 'Message', cell: (row) => el('code', {}, row.message_id ?? 'without an id')},
      {title: 'Error', wide: true, text: (row) => errorOf(row)},
      {title: 'Attempts', numeric: true, text: (row) => number(row.attempts)},
      {title: 'First failure', cell: (row) => time(row.first_failed_at)},
      {title: 'Last failure', cell: (row) => time(row.last_failed_at)},
      {title: 'Node', text: (row) => row.node},
      {title: 'Size', numeric: true, text: (row) => `${number(row.size)} B`},
      {title: 'Body', wide: true, cell: (row) =>
        row.body === undefined ? el('span', {class: 'hint'}, 'hidden') : el('code', {class: 'body'}, row.body)},
    ];
    if (!session.read_only) {
      columns.push({title: 'Operations', cell: (row) => row.message_id
        ? button('Replay', () => this.replay(row.message_id),
          {'aria-label': `Replay message ${row.message_id}`}) : el('span', {}, '–')});
    }
    this.table = new Table('Dead letters', columns, (row) => row.key);
    this.buttons = session.read_only ? [] : [
      button('Show bodies', () => this.showBodies(), {id: 'show-bodies'}),
      button('Replay all', () => this.replay(null), {id: 'replay-all'}),
      button('Delete all', () => this.purge(), {id: 'purge', class: 'quiet danger-text'}),
    ];
    this.element = el('section', {'aria-labelledby': 'letters-title'},
      headed(el('h2', {id: 'letters-title'}, 'Dead letters'),
        button('Read again', () => this.load(), {id: 'read-letters'}), ...this.buttons),
      this.error, this.summary, this.table.element);
  }

  async load() {
    say(this.error, '');
    try {
      const {all, data} = await read(`tenants/${this.tenant}/dead-letters`, {limit: LIMIT});
      this.rows = data.map((row, index) => ({...row, key: row.message_id ? `${row.message_id}/${index}` : index}));
      this.all = all;
      this.show();
    } catch (error) {
      say(this.error, error.message);
    }
  }

  show() {
    say(this.summary, this.rows.length < this.all
      ? `The oldest ${number(this.rows.length)} of ${number(this.all)}.` : `${number(this.all)} in all.`);
    for (const control of this.buttons) control.disabled = !this.all;
    this.table.show(this.rows, 'There are no dead letters.');
  }

  async showBodies() {
    say(this.error, '');
    try {
      const {ok, text} = await run('list-dead-letters',
        {tenant: this.tenant, limit: LIMIT, reason: 'bodies shown in the console'});
      if (!ok) throw new Error(text);
      const bodies = bodiesOf(text);
      this.rows.forEach((row, index) => {
        const shown = bodies[index];
        if (shown && shown.message_id === (row.message_id ?? '-')) row.body = shown.body;
      });
      this.show();
    } catch (error) {
      say(this.error, error.message);
    }
  }

  async replay(message) {
    const ran = await operate({
      title: message ? 'Replay a dead letter' : 'Replay all dead letters',
      task: 'replay-dead-letters',
      parameters: {tenant: this.tenant, ...(message ? {message_id: message} : {})},
      effect: message ? `Message ${message} goes back to the tenant's queue.`
        : `${number(this.all)} messages go back to the tenant's queue, each removed after its confirm.`,
      verb: 'Replay',
    });
    if (ran) await this.reload();
  }

  async purge() {
    const ran = await operate({
      title: 'Delete all dead letters', task: 'purge-dead-letters',
      parameters: {tenant: this.tenant, confirm: this.tenant},
      effect: `${number(this.all)} messages are deleted for good.`,
      verb: 'Delete', danger: true, confirm: this.tenant,
    });
    if (ran) await this.reload();
  }

  async reload() {
    await this.load();
    this.changed();
  }
}
