// The steps of the README with a client of openapi-typescript: it compiles only if the document
// types every body and parameter, and exits with an error on an unexpected response.
import createClient from 'openapi-fetch';
import type {components, paths} from './schema.js';

declare const process: {env: Record<string, string | undefined>};

type Message = components['schemas']['Message'];

const baseUrl = process.env['SERVICE'] ?? '';
const api = createClient<paths>({baseUrl});

function given<T>(answer: {data?: T; error?: unknown; response: Response}): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

function equal(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
  }
}

async function read(body: ReadableStream<Uint8Array> | null, until: string): Promise<string> {
  const reader = (body ?? new ReadableStream()).getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!text.includes(until)) {
    const {done, value} = await reader.read();
    if (done) {
      throw new Error(`the stream ended after ${text}`);
    }
    text += decoder.decode(value, {stream: true});
  }
  await reader.cancel();
  return text;
}

const credentials = {
  email: process.env['EMAIL'] ?? '',
  password: process.env['PASSWORD'] ?? '',
};
const session = given(await api.POST('/authentication/login', {body: credentials}));
api.use({
  onRequest({request}) {
    request.headers.set('Authorization', `Bearer ${session.token}`);
    return request;
  },
});

const tenant = given(
  await api.POST('/tenants', {body: {tenant_name: 'From TypeScript', workers: 3}}),
);
equal([tenant.tenant_name, tenant.workers, tenant.consumer], ['From TypeScript', 3, 'running']);
equal(tenant.user_id, session.user.user_id);
const header = {'X-Tenant-ID': tenant.tenant_id};

const content = {text: 'Hello', tags: ['a', 1, null], nested: {deep: {mood: 7.5}}};
const accepted = given(await api.POST('/messages', {params: {header}, body: {content}}));
const batch = given(
  await api.POST('/messages/batch', {
    params: {header},
    body: {messages: [{content: {n: 1}}, {content: {n: 2}}]},
  }),
);

async function list(): Promise<Message[]> {
  const query = {limit: 50, order: 'asc'} as const;
  const page = given(await api.GET('/messages', {params: {header, query}}));
  equal(typeof page.next_cursor, 'string');
  return page.data;
}
const deadline = Date.now() + 30_000;
let messages = await list();
while (messages.length < 3 && Date.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  messages = await list();
}
equal(
  messages.map((message) => [message.seq, message.message_id]),
  [accepted.message_id, ...batch.message_ids].map((id, index) => [index + 1, id]),
);

const one = given(
  await api.GET('/messages/{message_id}', {
    params: {header, path: {message_id: accepted.message_id}},
  }),
);
equal(one.content['text'], 'Hello');
equal((one.content['nested'] as typeof content.nested).deep.mood, 7.5);

const stream = await api.GET('/messages/stream', {
  params: {header, query: {last_event_id: '1'}},
  parseAs: 'stream',
});
const replayed = await read(given(stream), batch.message_ids[1] ?? '');
equal(replayed.startsWith('event: ready\n'), true);

const ticket = given(await api.POST('/messages/stream/tickets', {params: {header}}));
const opened = await fetch(`${baseUrl}/messages/stream?ticket=${ticket.ticket}&lastEventId=0`);
await read(opened.body, batch.message_ids[1] ?? '');

const ann = given(
  await api.POST('/users', {
    body: {
      name: 'Ann',
      email: `ann@${tenant.tenant_id}.example`,
      password: 'a long enough one',
      tenant_id: tenant.tenant_id,
    },
  }),
);
equal([ann.role, ann.tenant_id, ann.disabled], ['user', tenant.tenant_id, false]);
const isAnn = (user: {user_id: string}) => user.user_id === ann.user_id;
let users = given(await api.GET('/users', {params: {query: {limit: 500}}}));
while (users.has_more && !users.data.some(isAnn)) {
  const query = {limit: 500, cursor: users.next_cursor ?? ''};
  users = given(await api.GET('/users', {params: {query}}));
}
equal(users.data.filter(isAnn).length, 1);
const changed = given(
  await api.PATCH('/users/{user_id}', {
    params: {path: {user_id: ann.user_id}},
    body: {tenant_id: null},
  }),
);
equal(changed.tenant_id, null);

const refused = await api.POST('/tenants', {body: {tenant_name: ''}});
equal(refused.error?.code, 'validation_failed');
equal(refused.error?.errors?.[0]?.field, 'tenant_name');
