// The dialog of an operation: reason, confirmation, receipts of the nodes, and the task's own text.

import {read, run} from './api.js';
import {badge, el, put, say} from './dom.js';

const RECEIPTS_EVERY = 400;

/**
 * Asks for a reason, and for a confirmation where the operation cannot be undone or concerns all
 * tenants; then posts the task. Resolves once the dialog is closed, to whether a task was run.
 *
 * @param operation title, task, parameters, effect, verb; `field` for a number to enter, and
 *     `confirm` for a text to type
 */
export function operate(operation) {
  return new Promise((resolve) => new Dialog(operation, resolve).open());
}

class Dialog {
  constructor(operation, closed) {
    this.operation = operation;
    this.ran = false;
    this.readings = 0;
    this.shown = 0;
    const {title, effect, verb, danger, field, confirm} = operation;
    this.reason = el('textarea', {id: 'reason', rows: '2', maxlength: '1000', required: true,
      'aria-describedby': 'reason-hint'});
    this.field = field && el('input', {id: 'field', type: 'number', inputmode: 'numeric', required: true,
      min: field.min, max: field.max, value: field.value});
    this.confirm = confirm && el('input', {id: 'confirm', autocomplete: 'off', spellcheck: 'false', required: true});
    this.error = el('p', {class: 'error', role: 'alert'});
    this.form = el('form', {onsubmit: (event) => this.submit(event)},
      el('p', {}, effect),
      ...(field ? [el('label', {for: 'field'}, field.label), this.field] : []),
      el('label', {for: 'reason'}, 'Reason'),
      this.reason,
      el('p', {id: 'reason-hint', class: 'hint'}, 'It is recorded in the audit.'),
      ...(confirm ? [el('label', {for: 'confirm'}, 'To confirm, type ', el('code', {}, confirm)), this.confirm] : []),
      this.error,
      el('div', {class: 'buttons'},
        el('button', {type: 'button', class: 'quiet', onclick: () => this.dialog.close()}, 'Cancel'),
        el('button', {type: 'submit', class: danger && 'danger'}, verb)));
    this.state = el('p', {class: 'state', role: 'status'});
    this.nodes = el('ul', {class: 'receipts', 'aria-label': 'Receipts of the nodes', 'aria-live': 'polite'});
    this.output = el('pre', {class: 'output', tabindex: '0', 'aria-label': 'Output of the task', hidden: true});
    this.close = el('button', {type: 'button', class: 'quiet', onclick: () => this.dialog.close()}, 'Close');
    this.result = el('div', {hidden: true}, this.state, this.nodes, this.output,
      el('div', {class: 'buttons'}, this.close));
    this.dialog = el('dialog', {'aria-labelledby': 'operation-title', onclose: () => {
      this.dialog.remove();
      closed(this.ran);
    }}, el('h2', {id: 'operation-title'}, title), this.form, this.result);
  }

  open() {
    document.getElementById('dialogs').append(this.dialog);
    this.dialog.showModal();
    (this.field ?? this.reason).focus();
  }

  async submit(event) {
    event.preventDefault();
    const {task, parameters, confirm, field} = this.operation;
    if (confirm && this.confirm.value.trim() !== confirm) {
      say(this.error, `Type ${confirm} to confirm.`);
      this.confirm.focus();
      return;
    }
    const reason = this.reason.value.trim();
    if (!reason) {
      say(this.error, 'A reason is required.');
      this.reason.focus();
      return;
    }
    this.ran = true;
    this.form.hidden = true;
    this.result.hidden = false;
    say(this.state, 'Running…');
    this.close.focus();
    const all = {...parameters, ...(field ? {[field.name]: this.field.value} : {}), reason};
    const before = await read('receipts').then((now) => now.newest, () => null);
    const timer = setInterval(() => this.showReceipts(before), RECEIPTS_EVERY);
    try {
      const {ok, status, text} = await run(task, all);
      await this.showReceipts(before);
      put(this.state, badge(ok ? 'done' : 'failed'), ok ? ' Done.' : ` Failed, status ${status}.`);
      this.output.hidden = !text;
      say(this.output, text.trimEnd());
    } catch (error) {
      put(this.state, badge('failed'), ` ${error.message}`);
    } finally {
      clearInterval(timer);
    }
  }

  /**
   * Shows the receipts that were written since, unless a later reading is shown already. If they
   * cannot be read, the task's text has them.
   */
  async showReceipts(before) {
    if (before === null) return;
    const reading = ++this.readings;
    try {
      const {commands} = await read('receipts', {after: before});
      const own = commands.filter((command) => this.isOwn(command)).at(-1);
      if (own && reading > this.shown) {
        this.shown = reading;
        put(this.nodes, ...own.nodes.map((receipt) => el('li', {},
          badge(receipt.succeeded === null ? 'waiting' : receipt.succeeded ? 'done' : 'failed'),
          ` ${receipt.node}`, receipt.report ? `: ${receipt.report}` : '')));
      }
    } catch {
      // The next reading, or the answer of the task, will tell.
    }
  }

  isOwn(command) {
    const {task, parameters} = this.operation;
    return command.task === task
      && (parameters.all ? command.tenants.length === 0 : command.tenants.includes(parameters.tenant));
  }
}
