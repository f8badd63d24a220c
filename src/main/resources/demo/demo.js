// The whole demo: log in, choose a tenant, read and write its messages live.
import {MessageStream} from './stream.js';

const PAGE = 50;
const MEMBERS_PAGE = 500;
const MAX_MEMBERS_PAGES = 20;
const SESSION = 'chat.session';

const $ = (id) => document.getElementById(id);
const api = (path) => new URL(`../${path}`, location.href);

let session = JSON.parse(sessionStorage.getItem(SESSION));
let room = null;
let moreTenants = null;

// ------------------------------------------------------------------ requests

class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(words(status, problem, retryAfter));
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

function words(status, problem, retryAfter) {
  const later = retryAfter ? ` Try again in ${seconds(retryAfter)}.` : '';
  switch (problem.code) {
    case 'unreachable':
      return 'The service is unreachable. Check the network connection.';
    case 'invalid_credentials':
      return 'The e-mail address or the password is wrong.';
    case 'unauthenticated':
      return 'Your session has ended. Please log in again.';
    case 'tenant_forbidden':
      return 'You may not use this tenant, or it was deleted.';
    case 'broker_unavailable':
      return `Messages cannot be accepted at the moment.${later}`;
    case 'database_unavailable':
      return `Messages cannot be read at the moment.${later}`;
    case 'validation_failed':
      return `${problem.errors.map(({field, message}) => `${field}: ${message}`).join(', ')}.`;
    default:
      return `${sentence(problem.detail ?? problem.title ?? `The service answered ${status}`)}${later}`;
  }
}

function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

function seconds(count) {
  return count === 1 ? '1 second' : `${count} seconds`;
}

/** Resolves to the JSON of the response; rejects with Refused, also without a response. */
async function call(method, path, {body, tenant} = {}) {
  const headers = {};
  if (session) headers.Authorization = `Bearer ${session.token}`;
  if (tenant) headers['X-Tenant-ID'] = tenant;
  if (body) headers['Content-Type'] = 'application/json';
  let response, text;
  try {
    response = await fetch(api(path), {method, headers, body: body && JSON.stringify(body)});
    text = await response.text();
  } catch {
    throw new Refused(0, {code: 'unreachable'});
  }
  if (response.ok) return JSON.parse(text);
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json');
  const refused = new Refused(
    response.status, isProblem ? JSON.parse(text) : {}, Number(response.headers.get('Retry-After')));
  if (response.status === 401 && session) logOut(refused.message);
  throw refused;
}

// ------------------------------------------------------------------ logging in and out

$('login-form').addEventListener('submit', (event) => {
  event.preventDefault();
  busy(event.submitter, async () => {
    $('login-error').textContent = '';
    try {
      const {email, password} = event.target.elements;
      session = await call('POST', 'authentication/login', {
        body: {email: email.value, password: password.value},
      });
      sessionStorage.setItem(SESSION, JSON.stringify(session));
      password.value = '';
      await enter();
    } catch (error) {
      $('login-error').textContent = error.message;
      $('password').focus();
    }
  });
});

$('logout').addEventListener('click', () => logOut(''));

async function enter() {
  notify('');
  $('whoami').textContent = `${session.user.name} (${session.user.email})`;
  $('whoami').title = `User ${session.user.user_id}`;
  show('tenants');
  $('tenants-title').focus();
  await listTenants();
}

function logOut(why) {
  room?.leave();
  room = null;
  session = null;
  sessionStorage.removeItem(SESSION);
  notify(why);
  show('login');
  $('email').focus();
}

function notify(text) {
  $('notice').textContent = text;
  $('notice').hidden = !text;
}

/** Sets the part that a narrow window shows; a wide window shows tenants and messages together. */
function show(view) {
  document.body.dataset.view = view;
  $('login').hidden = view !== 'login';
  for (const id of ['app', 'logout', 'whoami']) $(id).hidden = view === 'login';
  $('room').hidden = !room;
  $('nothing').hidden = Boolean(room);
  document.title = room ? `${room.name} · Chat Multi Schema` : 'Chat Multi Schema';
}

/** Ignores further clicks on a button while its action runs; the button keeps the focus. */
async function busy(button, action) {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  try {
    await action();
  } finally {
    button.removeAttribute('aria-busy');
  }
}

// ------------------------------------------------------------------ tenants

async function listTenants() {
  $('tenants').replaceChildren();
  moreTenants = null;
  try {
    await nextTenants();
  } catch (error) {
    notify(error.message);
    return;
  }
  // The fragment names the tenant, so that a reload or a second window opens the same tenant.
  const wanted = $('tenants').querySelector(`[data-id="${CSS.escape(location.hash.slice(1))}"]`);
  wanted?.click();
}

async function nextTenants() {
  const cursor = moreTenants ? `&cursor=${encodeURIComponent(moreTenants)}` : '';
  const page = await call('GET', `tenants?limit=100${cursor}`);
  moreTenants = page.has_more ? page.next_cursor : null;
  page.data.forEach(addTenant);
  $('more-tenants').hidden = !moreTenants;
  $('no-tenants').hidden = $('tenants').childElementCount > 0;
}

function addTenant(tenant) {
  const button = element('button', '', tenant.tenant_name);
  button.type = 'button';
  button.dataset.id = tenant.tenant_id;
  button.addEventListener('click', () => openRoom(tenant));
  const item = element('li', '');
  item.append(button);
  $('tenants').append(item);
}

$('more-tenants').addEventListener('click', (event) =>
  busy(event.currentTarget, () => nextTenants().catch((error) => notify(error.message))));

$('create-form').addEventListener('submit', (event) => {
  event.preventDefault();
  busy(event.submitter, async () => {
    $('create-error').textContent = '';
    try {
      const tenant = await call('POST', 'tenants', {body: {tenant_name: $('tenant-name').value}});
      event.target.reset();
      addTenant(tenant);
      $('no-tenants').hidden = true;
      openRoom(tenant);
    } catch (error) {
      $('create-error').textContent = error.message;
    }
  });
});

function openRoom(tenant) {
  room?.leave();
  notify('');
  room = new Room(tenant.tenant_id, tenant.tenant_name);
  history.replaceState(null, '', `#${tenant.tenant_id}`);
  for (const button of $('tenants').querySelectorAll('button')) {
    button.setAttribute('aria-current', String(button.dataset.id === tenant.tenant_id));
  }
  show('room');
  $('text').focus();
  room.connect();
}

function closeRoom(why) {
  room?.leave();
  room = null;
  $('tenants').querySelector('[aria-current="true"]')?.removeAttribute('aria-current');
  notify(why);
  show('tenants');
  $('tenants-title').focus();
}

$('back').addEventListener('click', () => {
  show('tenants');
  $('tenants').querySelector('[aria-current="true"]')?.focus();
});

// ------------------------------------------------------------------ a tenant's messages

class Room {
  last = 0;
  older = null;
  loaded = false;
  left = false;
  live = false;
  stream = null;
  sending = Promise.resolve();
  unsent = new Map();
  names = new Map();
  nameless = new Set();
  naming = null;

  constructor(id, name) {
    this.id = id;
    this.name = name;
    $('room-title').textContent = name;
    $('room-title').title = `Tenant ${id}`;
    this.empty();
    $('outbox').replaceChildren();
  }

  empty() {
    this.last = 0;
    this.loaded = false;
    $('messages').replaceChildren();
    for (const id of ['older', 'beginning', 'newest']) $(id).hidden = true;
  }

  leave() {
    this.left = true;
    this.stream?.close();
  }

  ask(method, path, body) {
    return call(method, path, {body, tenant: this.id});
  }

  /** Reads the names of members, and shows them in place of ids; if this fails, the ids stay. */
  loadNames() {
    this.naming ??= this.readNames()
      .catch(() => {})
      .finally(() => {
        this.naming = null;
        if (this.left) return;
        for (const item of $('messages').children) {
          const sender = item.querySelector('.sender');
          const name = this.names.get(item.dataset.sender);
          if (name && sender.querySelector('code')) sender.textContent = name;
        }
      });
  }

  async readNames() {
    let cursor = '';
    for (let pages = 0; pages < MAX_MEMBERS_PAGES && !this.left; pages++) {
      const page = await this.ask('GET', `tenants/${this.id}/members?limit=${MEMBERS_PAGE}${cursor}`);
      for (const {user_id: id, name} of page.data) {
        if (name) this.names.set(id, name);
      }
      if (!page.has_more) return;
      cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
    }
  }

  /** Returns the name of a message's sender; reads the names again at the first unknown sender. */
  nameOf(message) {
    const id = message.sender_id;
    const name = message.sender?.name ?? this.names.get(id);
    if (!name && !this.nameless.has(id)) {
      this.nameless.add(id);
      this.loadNames();
    }
    return name;
  }

  /** Follows the stream, and shows the latest messages before those that it brings. */
  connect() {
    status('connecting', 'Connecting');
    this.stream = new MessageStream({
      url: api('messages/stream'),
      ticket: async () => (await this.ask('POST', 'messages/stream/tickets')).ticket,
      onReady: async () => {
        if (!this.loaded) await this.loadNewest();
        if (this.left) return;
        this.live = true;
        status('live', 'Live');
      },
      // Messages that were received are lost, as after a restored backup: start over.
      onReset: async () => {
        this.empty();
        await this.loadNewest();
        if (this.left) return;
        this.live = true;
        status('live', 'Live');
      },
      onMessage: (message) => this.receive(message),
      onRetry: (delay, error) => {
        const wait = seconds(Math.ceil(delay / 1000));
        if (this.live) status('lost', 'Connection lost, reconnecting', error.message);
        else status('waiting', `Not connected, trying again in ${wait}`, error.message);
        this.live = false;
      },
      onEnd: (error) => closeRoom(error.message),
    });
  }

  async loadNewest() {
    const page = await this.ask('GET', `messages?order=desc&limit=${PAGE}`);
    if (this.left) return;
    this.showEarlier(page);
    this.last = page.data[0]?.seq ?? 0;
    this.loaded = true;
    toBottom();
  }

  async loadOlder() {
    const page = await this.ask('GET', `messages?limit=${PAGE}&cursor=${encodeURIComponent(this.older)}`);
    if (this.left) return;
    const scroller = $('scroller');
    const fromBottom = scroller.scrollHeight - scroller.scrollTop;
    const first = $('messages').firstElementChild;
    this.showEarlier(page);
    scroller.scrollTop = scroller.scrollHeight - fromBottom;
    if ($('older').hidden) first?.querySelector('.bubble').focus({preventScroll: true});
  }

  /** Inserts an older page, latest first, above the messages; screen readers do not read it out. */
  showEarlier(page) {
    const list = $('messages');
    const below = list.firstElementChild;
    $('log').setAttribute('aria-live', 'off');
    list.prepend(...page.data.map((message) => this.item(message)).reverse());
    for (let item = list.firstElementChild; item; item = item.nextElementSibling) {
      group(item);
      if (item === below) break;
    }
    setTimeout(() => $('log').setAttribute('aria-live', 'polite'), 500);
    this.older = page.has_more ? page.next_cursor : null;
    $('older').hidden = !page.has_more;
    $('beginning').hidden = page.has_more;
  }

  receive(message) {
    if (message.seq <= this.last) return;
    this.last = message.seq;
    const follow = atBottom();
    this.unsent.get(message.message_id)?.remove();
    this.unsent.delete(message.message_id);
    const item = this.item(message);
    $('messages').append(item);
    group(item);
    if (follow) toBottom();
    else $('newest').hidden = false;
  }

  item(message) {
    const mine = message.sender_id === session.user.user_id;
    const item = element('li', mine ? 'message mine' : 'message');
    item.dataset.seq = message.seq;
    item.dataset.sender = message.sender_id ?? '';
    item.dataset.at = Date.parse(message.created_at);
    const who = element('p', 'who');
    const sender = element('span', 'sender', mine ? 'You' : '');
    if (!mine && message.sender_id) {
      const name = this.nameOf(message);
      // The last digits of ids differ most: ids created at the same time begin alike.
      if (name) sender.textContent = name;
      else sender.append('User ', element('code', '', message.sender_id.slice(-6)));
      sender.title = `User ${message.sender_id}`;
    } else if (!mine) {
      sender.textContent = 'Another system';
    }
    const at = new Date(message.created_at);
    const time = element('time', '', timeText(at));
    time.dateTime = message.created_at;
    time.title = `${at.toLocaleString()}, message ${message.seq} of this tenant`;
    who.append(sender, time);
    item.append(who, bubble(message.content));
    return item;
  }

  send(text) {
    const item = element('li', 'message mine');
    const state = element('p', 'send-state', 'Sending');
    state.setAttribute('role', 'status');
    item.append(bubble({text}), state);
    const id = newMessageId();
    this.unsent.set(id, item);
    $('outbox').append(item);
    toBottom();
    this.post(id, text, item, state);
  }

  /** Sends one message after another, since messages are stored in the order of acceptance. */
  post(id, text, item, state) {
    this.sending = this.sending.then(async () => {
      item.classList.remove('failed');
      state.textContent = 'Sending';
      try {
        await this.ask('POST', 'messages', {message_id: id, content: {text}});
        state.textContent = 'Accepted';
      } catch (error) {
        // With the same id, since the message may have been accepted although the response was lost.
        const again = element('button', 'quiet', 'Send again');
        again.type = 'button';
        again.addEventListener('click', () => {
          $('text').focus();
          this.post(id, text, item, state);
        });
        item.classList.add('failed');
        state.replaceChildren(`Not sent. ${error.message} `, again);
        toBottom();
      }
    });
  }
}

/** Hides the name of a message that follows another of its sender within five minutes. */
function group(item) {
  const before = item.previousElementSibling;
  item.classList.toggle(
    'same',
    before?.dataset.sender === item.dataset.sender && item.dataset.at - before.dataset.at < 300_000);
}

function bubble(content) {
  const isText = typeof content.text === 'string';
  const text = isText ? content.text : JSON.stringify(content, null, 2);
  const result = element('p', isText ? 'bubble' : 'bubble data', text);
  result.tabIndex = -1;
  return result;
}

function timeText(at) {
  const today = at.toDateString() === new Date().toDateString();
  return at.toLocaleString([], today ? {timeStyle: 'short'} : {dateStyle: 'medium', timeStyle: 'short'});
}

/** Creates a UUIDv7 (RFC 9562); crypto.randomUUID exists in secure contexts only. */
function newMessageId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 256 ** (5 - i));
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function status(state, text, detail = '') {
  const badge = $('connection');
  badge.dataset.state = state;
  badge.title = detail;
  if (badge.textContent !== text) badge.textContent = text;
}

function element(name, className, text = '') {
  const result = document.createElement(name);
  if (className) result.className = className;
  if (text) result.textContent = text;
  return result;
}

function atBottom() {
  const {scrollHeight, scrollTop, clientHeight} = $('scroller');
  return scrollHeight - scrollTop - clientHeight < 60;
}

function toBottom() {
  $('scroller').scrollTop = $('scroller').scrollHeight;
  $('newest').hidden = true;
}

// ------------------------------------------------------------------ events of a room

$('older').addEventListener('click', (event) =>
  busy(event.currentTarget, () => room.loadOlder().catch((error) => notify(error.message))));

$('newest').addEventListener('click', () => {
  toBottom();
  $('text').focus();
});

$('scroller').addEventListener('scroll', () => {
  if (atBottom()) $('newest').hidden = true;
});

$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = $('text').value.trim();
  if (text) room.send(text);
  $('text').value = '';
  fit();
  $('text').focus();
});

$('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if ($('text').value.trim()) $('composer').requestSubmit();
  }
});

$('text').addEventListener('input', fit);

/** Fits the height of the text area to its text, up to the maximum of the style sheet. */
function fit() {
  const text = $('text');
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
}

addEventListener('online', () => room?.stream.retryNow());

if (session) enter();
else show('login');
