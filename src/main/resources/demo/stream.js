// Follows the messages of one tenant over Server-Sent Events, in browsers and in Node.js 18 or later.
// demo/stream.js of the service is compiled from clients/typescript/stream.ts.
/** A refusal by the service: the `code` of its problem, and the seconds of `Retry-After`, or 0. */
export class StreamError extends Error {
    status;
    code;
    retryAfter;
    constructor(text, status = 0, code = '', retryAfter = 0) {
        super(text);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }
    static async of(response) {
        const problem = await response.json().catch(() => ({}));
        const text = problem.detail ?? problem.title ?? `the service answered ${response.status}`;
        const retryAfter = Number(response.headers.get('Retry-After')) || 0;
        return new StreamError(text, response.status, problem.code, retryAfter);
    }
}
/** Returns a function that gets tickets for a tenant with the token that `token` returns. */
export function ticketsOf(service, tenant, token) {
    return async () => {
        const response = await fetch(new URL('messages/stream/tickets', service), {
            method: 'POST',
            headers: { Authorization: `Bearer ${token()}`, 'X-Tenant-ID': tenant },
        });
        if (!response.ok)
            throw await StreamError.of(response);
        return (await response.json()).ticket;
    };
}
const MAX_DELAY = 30_000;
// Three heartbeats of the service.
const MAX_SILENCE = 45_000;
// Refusals that do not end a stream, such as 429.
const TEMPORARY = [408, 425, 429];
/** A stream that connects, and connects again after the last message received, until it is closed. */
export class MessageStream {
    #options;
    #position;
    #connection = new AbortController();
    #closed = false;
    #failures = 0;
    #retry = 1_000;
    #wake = () => { };
    constructor(options) {
        this.#options = options;
        this.#position = options.position;
        void this.#run();
    }
    /** The position after the last message received, for a later stream. */
    get position() {
        return this.#position;
    }
    close() {
        this.#closed = true;
        this.#connection.abort();
        this.#wake();
    }
    /** Ends a wait for the next attempt, as when the network is available again. */
    retryNow() {
        this.#wake();
    }
    async #run() {
        while (!this.#closed) {
            const error = await this.#connect().catch((failure) => failure);
            if (this.#closed)
                return;
            const { status = 0, code = '', retryAfter = 0 } = (error ?? {});
            const isTemporary = TEMPORARY.includes(status) || code === 'invalid_ticket';
            if (status >= 400 && status < 500 && !isTemporary) {
                this.#closed = true;
                this.#options.onEnd?.(error);
                return;
            }
            const delay = retryAfter * 1_000 + this.#delay();
            this.#failures++;
            this.#options.onRetry?.(delay, error);
            let timer;
            await new Promise((resolve) => {
                this.#wake = resolve;
                timer = setTimeout(resolve, this.#closed ? 0 : delay);
            });
            clearTimeout(timer);
        }
    }
    /** The service spreads the clients of a connection that was open; others spread themselves. */
    #delay() {
        if (this.#failures === 0)
            return this.#retry;
        return Math.min(MAX_DELAY, 1_000 * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    }
    /** Resolves to an error when the service ends the stream; rejects if the connection fails. */
    async #connect() {
        const url = new URL(this.#options.url);
        url.searchParams.set('ticket', await this.#options.ticket());
        if (this.#closed)
            return;
        this.#connection = new AbortController();
        const { signal } = this.#connection;
        const headers = { Accept: 'text/event-stream' };
        if (this.#position !== undefined)
            headers['Last-Event-ID'] = this.#position;
        try {
            const response = await this.#heard(fetch(url, { headers, signal, cache: 'no-store' }));
            if (!response.ok || !response.body)
                throw await StreamError.of(response);
            const reader = response.body.getReader();
            const decoder = new TextDecoder();
            let text = '';
            let event = {};
            for (;;) {
                const { done, value } = await this.#heard(reader.read());
                if (done)
                    return new StreamError('the service closed the stream');
                const lines = (text + decoder.decode(value, { stream: true })).split('\n');
                text = lines.pop() ?? '';
                for (const line of lines) {
                    const [, name = '', content = ''] = /^(\w*): ?(.*)/s.exec(line) ?? [];
                    event[name] = content;
                    if (line)
                        continue;
                    await this.#receive(event);
                    event = {};
                }
            }
        }
        finally {
            this.#connection.abort();
        }
    }
    /** Breaks the connection if the promise is pending for longer than the service is silent. */
    #heard(promise) {
        const abort = () => this.#connection.abort(new StreamError('the service is silent'));
        const timer = setTimeout(abort, MAX_SILENCE);
        return promise.finally(() => clearTimeout(timer));
    }
    /** The position changes after the call has returned, so that nothing is lost if it throws. */
    async #receive({ id, event, data, retry }) {
        if (this.#closed)
            return;
        if (retry)
            this.#retry = Number(retry);
        if (!data)
            return;
        if (event === 'reset') {
            const position = await this.#options.onReset?.(JSON.parse(data));
            this.#position = position ?? id;
            if (position)
                throw new StreamError('continuing from another position');
        }
        else if (event === 'ready') {
            await this.#options.onReady?.(JSON.parse(data));
        }
        else {
            await this.#options.onMessage(JSON.parse(data), id ?? '');
        }
        this.#failures = 0;
        this.#position = id ?? this.#position;
    }
}
