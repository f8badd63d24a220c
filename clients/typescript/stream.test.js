// Needs a service: SERVICE and ADMIN are its URLs, EMAIL and PASSWORD those of an admin.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import net from 'node:net';
import {after, before, test} from 'node:test';
import {MessageStream, StreamError, ticketsOf} from './stream.js';

const {SERVICE, ADMIN, EMAIL: email, PASSWORD: password} = process.env;
let token;
const streams = [];

async function call(path, body, tenant) {
  const headers = {'Content-Type': 'application/json'};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (tenant) headers['X-Tenant-ID'] = tenant;
  const response = await fetch(new URL(path, SERVICE), {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

const newTenant = async (name) => (await call('tenants', {tenant_name: name})).tenant_id;

async function post(tenant, ...texts) {
  const messages = texts.map((text) => ({content: {text}}));
  await call('messages/batch', {messages}, tenant);
}

/** Resolves once the condition is true, which is checked after each event of a stream. */
class Events {
  texts = [];
  positions = [];
  ready = [];
  resets = [];
  retries = [];
  end = null;
  #waiting = [];

  options(tenant, service = SERVICE) {
    const record = (list, after) => (value) => {
      list.push(value);
      const result = after?.(value);
      this.changed();
      return result;
    };
    return {
      url: new URL('messages/stream', service),
      ticket: ticketsOf(SERVICE, tenant, () => token),
      onMessage: (message, position) => {
        this.positions.push(position);
        this.texts.push(message.content.text);
        this.changed();
      },
      onReady: record(this.ready),
      onReset: record(this.resets),
      onRetry: (delay, error) => {
        this.retries.push({delay, error});
        this.changed();
      },
      onEnd: (error) => {
        this.end = error;
        this.changed();
      },
    };
  }

  changed() {
    this.#waiting = this.#waiting.filter(({condition, resolve}) => !condition() || resolve());
  }

  async until(condition) {
    if (condition()) return;
    let timer;
    await new Promise((resolve, reject) => {
      this.#waiting.push({condition, resolve});
      timer = setTimeout(() => reject(new Error(JSON.stringify(this))), 30_000);
    });
    clearTimeout(timer);
  }

  async all(...texts) {
    await this.until(() => this.texts.length >= texts.length);
    assert.deepEqual(this.texts, texts);
  }
}

function follow(options) {
  const stream = new MessageStream(options);
  streams.push(stream);
  return stream;
}

/** A line to the service that can be cut. */
async function line() {
  const {hostname, port} = new URL(SERVICE);
  const sockets = new Set();
  const server = net.createServer((from) => {
    const to = net.connect(Number(port), hostname);
    for (const [one, other] of [[from, to], [to, from]]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  const listen = async (at) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  };
  const own = await listen(0);
  return {
    url: `http://127.0.0.1:${own}/`,
    cut() {
      server.close();
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    restore: () => listen(own),
  };
}

before(async () => {
  ({token} = await call('authentication/login', {email, password}));
});

after(() => {
  for (const stream of streams) stream.close();
});

test('replays all messages, then follows', async () => {
  const tenant = await newTenant('Replay');
  await post(tenant, 'one', 'two\u2028\n two');
  const events = new Events();
  const stream = follow({...events.options(tenant), position: '0'});
  await events.all('one', 'two\u2028\n two');
  await post(tenant, 'three');
  await events.all('one', 'two\u2028\n two', 'three');
  assert.deepEqual(events.positions, ['1', '2', '3']);
  assert.equal(stream.position, '3');
  assert.equal(events.ready[0].epoch, 1);
});

test('misses nothing while the line is cut', async () => {
  const tenant = await newTenant('Cut');
  await post(tenant, 'before');
  const known = new Events();
  follow({...known.options(tenant), position: '0'});
  await known.all('before');

  const events = new Events();
  const through = await line();
  const stream = follow(events.options(tenant, through.url));
  await events.until(() => events.ready.length === 1);
  through.cut();
  await events.until(() => events.retries.length === 1);
  await post(tenant, 'while', 'cut');
  await known.all('before', 'while', 'cut');
  await through.restore();
  stream.retryNow();
  await events.all('while', 'cut');
  through.cut();
  await events.until(() => events.retries.length >= 2);
  await through.restore();
  stream.retryNow();
  await post(tenant, 'after');
  await events.all('while', 'cut', 'after');
  through.cut();
});

test('starts over in another epoch', async () => {
  const tenant = await newTenant('Epochs');
  await post(tenant, 'one');
  const events = new Events();
  const options = {...events.options(tenant), position: '0'};
  const onReset = (history) => {
    events.resets.push(history);
    events.texts.length = 0;
    return '0';
  };
  const stream = follow({...options, onReset});
  await events.all('one');
  const task = await fetch(new URL(`tasks/begin-epoch?tenant=${tenant}`, ADMIN), {method: 'POST'});
  assert.equal(task.status, 200);
  await post(tenant, 'two');
  await events.until(() => events.resets.length === 1 && events.texts.length === 2);
  assert.deepEqual(events.texts, ['one', 'two']);
  assert.equal(events.resets[0].epoch, 2);
  assert.equal(stream.position, '2.2');

  const later = new Events();
  follow({...later.options(tenant), position: stream.position});
  await post(tenant, 'three');
  await later.all('three');
  assert.deepEqual([later.positions, later.resets], [['2.3'], []]);
});

test('receives a message again whose handler failed', async () => {
  const tenant = await newTenant('Again');
  await post(tenant, 'one', 'two');
  const events = new Events();
  const options = {...events.options(tenant), position: '0'};
  let failures = 0;
  const onMessage = (message, position) => {
    if (position === '2' && failures++ === 0) throw new Error('not now');
    return options.onMessage(message, position);
  };
  const stream = follow({...options, onMessage});
  await events.until(() => events.retries.length === 1);
  stream.retryNow();
  await events.all('one', 'two');
  assert.equal(events.retries[0].error.message, 'not now');
});

test('gets another ticket in place of one that was used', async () => {
  const tenant = await newTenant('Tickets');
  const events = new Events();
  const options = events.options(tenant);
  const tickets = ['used', await options.ticket()];
  const stream = follow({...options, ticket: async () => tickets.shift()});
  await events.until(() => events.retries.length === 1);
  assert.equal(events.retries[0].error.code, 'invalid_ticket');
  stream.retryNow();
  await events.until(() => events.ready.length === 1);
});

test('ends if the service refuses the stream', async () => {
  const nobodys = '00000000-0000-4000-8000-000000000000';
  const events = new Events();
  follow(events.options(nobodys));
  await events.until(() => events.end);
  assert.deepEqual([events.end.status, events.end.code], [403, 'tenant_forbidden']);
  assert.equal(events.retries.length, 0);
});

test('waits longer after each failure, with jitter', async () => {
  const events = new Events();
  let failure = new Error('unreachable');
  const stream = follow({...events.options(''), ticket: () => Promise.reject(failure)});
  for (let i = 1; i <= 8; i++) {
    await events.until(() => events.retries.length === i);
    if (i === 7) failure = new StreamError('slow down', 429, 'rate_limited', 60);
    setImmediate(() => stream.retryNow());
  }
  const delays = events.retries.map(({delay}) => delay);
  assert.equal(delays[0], 1_000);
  for (let i = 1; i < 7; i++) {
    const most = Math.min(30_000, 1_000 * 2 ** i);
    assert.ok(delays[i] >= most / 2 && delays[i] <= most, `${i}: ${delays}`);
  }
  assert.ok(delays[7] >= 75_000, `${delays}`);
  stream.close();
});

test('is silent after it was closed', async () => {
  const tenant = await newTenant('Closed');
  const events = new Events();
  const stream = follow(events.options(tenant));
  await events.until(() => events.ready.length === 1);
  stream.close();
  const other = new Events();
  follow({...other.options(tenant), position: '0'});
  await post(tenant, 'unread');
  await other.all('unread');
  assert.deepEqual([events.texts, events.retries, events.end], [[], [], null]);
});
