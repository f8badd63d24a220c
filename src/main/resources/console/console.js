// The frame of the console: the token, the pages by the address's fragment, and their updates.

import {read, useToken} from './api.js';
import audit from './audit.js';
import {say} from './dom.js';
import health from './health.js';
import nodes from './nodes.js';
import overview from './overview.js';
import tenant from './tenant.js';
import tenants from './tenants.js';

const MAX_WAIT = 30_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const $ = (id) => document.getElementById(id);

let session = null;
let page = null;
let address = '';
let timer = null;
let failures = 0;
let paused = false;
let aborter = new AbortController();

function open(root) {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, id] = path.split('/');
  const parameters = new URLSearchParams(query);
  switch (name) {
    case 'nodes':
      return nodes(root, session);
    case 'audit':
      return audit(root, session);
    case 'health':
      return health(root, session);
    case 'tenants':
      return id && UUID.test(id) ? tenant(root, session, id.toLowerCase())
        : tenants(root, session, parameters, replace);
    default:
      return overview(root, session);
  }
}

/** Changes the address without opening the page again. */
function replace(hash) {
  address = hash;
  history.replaceState(null, '', hash);
}

function route(event) {
  if (!session || (event && location.hash === address)) return;
  address = location.hash;
  aborter.abort();
  aborter = new AbortController();
  const root = $('page');
  root.replaceChildren();
  page = open(root);
  page.failed = failed;
  const heading = root.querySelector('h1');
  document.title = `${heading.textContent} · Console`;
  const current = `#/${location.hash.replace(/^#\/?/, '').split(/[/?]/)[0] || 'overview'}`;
  for (const link of $('nav').querySelectorAll('a')) {
    if (link.getAttribute('href') === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (event) {
    heading.focus();
    scrollTo(0, 0);
  }
  failures = 0;
  update();
}

/** Refreshes the page, and again after its interval, or later if that failed. */
async function update() {
  clearTimeout(timer);
  const {signal} = aborter;
  const current = page;
  try {
    await current.refresh(signal);
    if (signal.aborted) return;
    failures = 0;
    notify('');
  } catch (error) {
    if (signal.aborted) return;
    failed(error);
  }
  const wait = failures ? Math.min(MAX_WAIT, current.interval * 2 ** failures) : current.interval;
  if (!paused && session) timer = setTimeout(update, wait);
}

function failed(error) {
  if (error.name === 'AbortError') return;
  if (error.status === 401) {
    leave('The service refuses the token.');
    return;
  }
  failures++;
  notify(error.status === 404 ? error.message : `Not up to date: ${error.message}`);
}

function notify(text) {
  say($('notice'), text);
}

async function enter(hasToken) {
  session = await read('session');
  $('login').hidden = true;
  for (const id of ['nav', 'pause']) $(id).hidden = false;
  $('forget').hidden = !hasToken;
  $('read-only').hidden = !session.read_only;
  say($('node'), `Node ${session.node}, version ${session.version}`);
  route();
}

function leave(why) {
  useToken('');
  session = null;
  page = null;
  clearTimeout(timer);
  aborter.abort();
  notify('');
  $('page').replaceChildren();
  $('dialogs').replaceChildren();
  for (const id of ['nav', 'pause', 'forget', 'read-only']) $(id).hidden = true;
  say($('node'), '');
  $('login').hidden = false;
  say($('login-error'), why);
  $('token').focus();
}

$('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  useToken($('token').value.trim());
  try {
    await enter(true);
    $('token').value = '';
    say($('login-error'), '');
    $('page').querySelector('h1').focus();
  } catch (error) {
    useToken('');
    say($('login-error'), error.status === 401 ? 'This is not the token.' : error.message);
    $('token').select();
  }
});

$('forget').addEventListener('click', () => leave(''));

$('pause').addEventListener('click', () => {
  paused = !paused;
  $('pause').setAttribute('aria-pressed', String(paused));
  if (paused) clearTimeout(timer);
  else update();
});

document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  $('main').focus();
});

addEventListener('hashchange', route);
document.addEventListener('visibilitychange', () => {
  if (!session || paused) return;
  if (document.hidden) clearTimeout(timer);
  else update();
});

enter(false).catch((error) => leave(error.status === 401 ? '' : error.message));
