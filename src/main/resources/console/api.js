// Requests to the admin port. The token is kept in this variable only.

let token = '';

export function useToken(value) {
  token = value;
}

export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function send(path, options) {
  const headers = token ? {Authorization: `Bearer ${token}`} : {};
  try {
    const response = await fetch(new URL(path, document.baseURI), {...options, headers, cache: 'no-store'});
    return {response, text: await response.text()};
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refused(0, 'unreachable', 'The service cannot be reached.');
  }
}

function refusal(response, text) {
  let problem = {};
  if (response.headers.get('Content-Type')?.startsWith('application/problem+json')) {
    problem = JSON.parse(text);
  }
  const detail = problem.detail ?? `The service answered ${response.status}.`;
  return new Refused(response.status, problem.code, detail);
}

/** Resolves to the JSON of `GET api/PATH`; rejects with Refused, also without a response. */
export async function read(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams(parameters).toString();
  const {response, text} = await send(`api/${path}${query && `?${query}`}`, {signal});
  if (!response.ok) throw refusal(response, text);
  return JSON.parse(text);
}

/** Posts a task of the admin port; resolves to its status and its text, whatever the status. */
export async function run(task, parameters) {
  const query = new URLSearchParams(parameters).toString();
  const {response, text} = await send(`../tasks/${task}?${query}`, {method: 'POST'});
  if (response.headers.get('Content-Type')?.startsWith('application/problem+json')) {
    throw refusal(response, text);
  }
  return {status: response.status, ok: response.ok, text};
}
