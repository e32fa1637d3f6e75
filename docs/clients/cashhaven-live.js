/**
 * Follows a CashHaven shop over its WebSocket: every event once, in order, across cuts and restarts.
 *
 * One file without dependencies, for browsers and for Node 22 or later (for an older one, give it
 * the `WebSocket` of a library). Put it beside your page and import it:
 *
 *   import { CashHavenLive } from "./cashhaven-live.js";
 *
 *   const live = new CashHavenLive({
 *     url: "wss://loja.exemplo/ws",
 *     client: "cozinha",
 *     topics: ["orders"],
 *     token: async (why) => myToken(why),   // why: "open", "expiring" or "ended"
 *     reload: async (why) => {              // why: "start", "epoch", "too_old", "too_many", "gap"
 *       const reply = await fetch("/api/order/all", { headers: … });
 *       show(await reply.json());
 *       return reply.headers.get("X-Stream-Position");
 *     },
 *     onEvent: (event) => update(event),
 *     onState: (state) => tellPeople(state),
 *   });
 *   live.open();
 */

export const PROTOCOL = "cashhaven.v1";
const REQUEST_SECONDS = 30;
const OPENING_SECONDS = 20;
const MOST_REPAIRS = 3;

/**
 * Say what to do after a connection was closed with a code, for the n-th time in a row (from 0).
 *
 * `then` is "reconnect" after somewhere between `from` and `to` seconds, "login" when a new sign-in
 * has to come first, or "stop" when trying again would only fail again.
 */
export function afterClose(code, attempt = 0) {
  switch (code) {
    case 1012: // the server restarts
      return { then: "reconnect", from: 0.5, to: 20 };
    case 1011: // a fault
    case 1013: // overloaded
      return { then: "reconnect", from: 5, to: 60 };
    case 4429: // too many frames
      return { then: "reconnect", from: 30, to: 30 };
    case 4401: // not signed in; the token or the session ended
      return { then: "login" };
    case 4403: // not allowed
    case 4400: // not understood
    case 4413: // too large
    case 1002: // and the protocol's own words for the same
    case 1003:
    case 1007:
    case 1009:
    case 1010:
      return { then: "stop" };
    case 4408: // no pong
    case 4409: // read too slowly
      return { then: "reconnect", from: 0, to: Math.min(20, 2 ** attempt) };
    default: // the network: nobody said why
      return { then: "reconnect", from: 0.5, to: Math.min(20, 2 ** (attempt + 1)) };
  }
}

/** What a request was refused for: `code` and `errors` as in every failure of the API. */
export class CashHavenRefusal extends Error {
  constructor(code, errors, details) {
    super(errors.join("; "));
    this.name = "CashHavenRefusal";
    this.code = code;
    this.errors = errors;
    this.details = details;
  }
}

/**
 * Options: `url`, `token(why)`, `topics`, `client`, `since` (an X-Stream-Position), `reload(why)`,
 * `onEvent(event)`, `onState(state, close)`, `onError(code, message)`, `WebSocket`, `random`.
 *
 * States: "connecting", "live", "waiting" (to reconnect), "signed_out" (call `open` after a new
 * sign-in), "stopped" (the server refused for good), "closed" (by `close`).
 */
export class CashHavenLive {
  #options;
  #topics;
  #socket = null;
  #state = "closed";
  #timer = null; // of the next try
  #watchdog = null; // of silence
  #attempt = 0;
  #turn = 0; // which opening this is, for those that end late
  #refused = null; // the token that the server did not take
  #serverEpoch = null;
  #epoch = null;
  #offset = null; // everything up to here was handed on
  #following = false; // what comes may be handed on, if it is the next
  #resuming = null; // how many events came since the question, while its answer is awaited
  #loading = false; // the screen fetches everything afresh
  #repairs = 0;
  #silence = OPENING_SECONDS;
  #pending = new Map();
  #lastId = 0;

  constructor(options) {
    this.#options = { reload: null, random: Math.random, ...options };
    this.#topics = new Set(options.topics ?? []);
    this.#remember(options.since);
  }

  get state() {
    return this.#state;
  }

  /** The place up to which every event was handed on, as `X-Stream-Position` writes it. */
  get position() {
    return this.#offset === null ? null : `${this.#epoch};${this.#offset}`;
  }

  /** Connect, and stay connected until `close`. */
  open() {
    if (this.#state === "connecting" || this.#state === "live") return;
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#refused = null;
    void this.#connect("open");
  }

  /** Leave. Requests that were not answered are refused with CONNECTION_LOST. */
  close() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#drop();
    this.#tell("closed");
    for (const request of this.#pending.values()) request.lose();
    this.#pending.clear();
  }

  /** Hear these topics too. */
  subscribe(topics) {
    const added = topics.filter((topic) => !this.#topics.has(topic));
    for (const topic of added) this.#topics.add(topic);
    if (this.#canAsk() && added.length) this.#send({ type: "subscribe", topics: added });
  }

  /** Hear no more of these topics. */
  unsubscribe(topics) {
    const gone = topics.filter((topic) => this.#topics.delete(topic));
    // While the screen loads too: after it, only what is heard is asked for, and these still come.
    if (this.#state === "live" && gone.length) this.#send({ type: "unsubscribe", topics: gone });
  }

  #canAsk() {
    return this.#state === "live" && !this.#loading; // else all topics are asked for afterwards
  }

  /**
   * Ask for something to be done; resolves to the answer's data, or rejects with a CashHavenRefusal.
   *
   * With a `key` it is done once, however often it is sent: so it is sent again after a cut. Without
   * one, a request that was under way when the connection broke is refused with CONNECTION_LOST, and
   * nobody knows whether it was done.
   */
  request(action, data, { key } = {}) {
    const id = String(++this.#lastId);
    const frame = { type: "request", id, action, data };
    if (key !== undefined) frame.idempotency_key = key;
    return new Promise((resolve, reject) => {
      const end = (settle) => (value) => {
        clearTimeout(timer);
        this.#pending.delete(id);
        settle(value);
      };
      const refuse = (code, text) => end(reject)(new CashHavenRefusal(code, [text]));
      const timer = setTimeout(
        () => refuse("NO_ANSWER", "O servidor não respondeu a tempo"),
        REQUEST_SECONDS * 1000,
      );
      const lose = () => refuse("CONNECTION_LOST", "A conexão caiu antes da resposta");
      const request = { frame, sent: false, resolve: end(resolve), reject: end(reject), lose };
      this.#pending.set(id, request);
      if (this.#state === "live") this.#ask(request);
    });
  }

  // --- opening and closing

  async #connect(why) {
    const turn = ++this.#turn;
    this.#tell("connecting");
    let token;
    try {
      token = await this.#options.token(why);
    } catch {
      if (turn === this.#turn) this.#retry(1006, "token");
      return;
    }
    if (turn !== this.#turn) return;
    if (!token || token === this.#refused) return this.#tell("signed_out");
    const kind = this.#options.client ? `?cliente=${this.#options.client}` : "";
    const Socket = this.#options.WebSocket ?? globalThis.WebSocket;
    const socket = new Socket(this.#options.url + kind, [PROTOCOL, `bearer.${token}`]);
    this.#socket = socket;
    this.#watch(OPENING_SECONDS);
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#receive(JSON.parse(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (socket !== this.#socket) return;
      const again = code === 4401 && this.#refused !== null; // a new token did not help either
      if (code === 4401) this.#refused = token;
      this.#lost(code, reason, again);
    };
  }

  #lost(code, reason = "", signedOut = false) {
    this.#drop();
    for (const request of [...this.#pending.values()]) {
      if (request.sent && !("idempotency_key" in request.frame)) request.lose();
      request.sent = false;
    }
    const { then } = afterClose(code);
    if (then === "stop") this.#tell("stopped", { code, reason });
    else if (signedOut) this.#tell("signed_out", { code, reason });
    else if (then === "login") void this.#connect("ended");
    else this.#retry(code, reason);
  }

  #retry(code, reason) {
    const { from, to } = afterClose(code, this.#attempt++);
    const seconds = from + this.#options.random() * (to - from);
    this.#tell("waiting", { code, reason, seconds });
    this.#timer = setTimeout(() => void this.#connect("open"), seconds * 1000);
  }

  /** Let go of the socket, whatever becomes of it. */
  #drop() {
    clearTimeout(this.#watchdog);
    const socket = this.#socket;
    this.#socket = null;
    this.#following = false;
    this.#resuming = null;
    this.#loading = false;
    socket?.close();
  }

  /** A browser does not see the protocol's pings: silence is what a dead connection sounds like. */
  #watch(seconds) {
    clearTimeout(this.#watchdog);
    this.#silence = seconds;
    this.#watchdog = setTimeout(() => this.#lost(4408, "silence"), seconds * 1000);
  }

  #tell(state, close) {
    this.#state = state;
    this.#options.onState?.(state, close);
  }

  // --- frames

  #send(frame) {
    this.#socket?.send(JSON.stringify(frame));
  }

  #receive(frame) {
    this.#watch(this.#silence);
    switch (frame.type) {
      case "welcome":
        return this.#welcomed(frame);
      case "event":
        return this.#happened(frame);
      case "subscribed":
        return this.#subscribed(frame);
      case "resumed":
        return this.#resumed(frame);
      case "heartbeat":
        if (this.#following && frame.offset > this.#offset) this.#repair();
        return;
      case "token_expiring":
        return void this.#renew();
      case "response":
        return this.#answered(frame);
      case "error":
        return this.#options.onError?.(frame.code, frame.message);
    }
  }

  #welcomed(frame) {
    if (this.#state === "live") return; // a new token was taken
    this.#watch(2 * frame.heartbeat_s + 5);
    this.#attempt = 0;
    this.#refused = null;
    this.#serverEpoch = frame.epoch;
    this.#tell("live");
    for (const request of this.#pending.values()) this.#ask(request);
    if (this.#offset !== null) this.#resume();
    else void this.#reload("start");
  }

  /** Ask for what happened since the last event that was handed on. */
  #resume() {
    if (this.#topics.size === 0) return this.#begin();
    this.#following = false;
    this.#resuming = 0;
    const since = { epoch: this.#epoch, offset: this.#offset };
    this.#send({ type: "subscribe", topics: [...this.#topics], since });
  }

  /** Ask for what happens from now on, whatever was before. */
  #begin() {
    this.#offset = null;
    this.#following = true;
    if (this.#topics.size) this.#send({ type: "subscribe", topics: [...this.#topics] });
  }

  #happened(event) {
    if (!this.#following && this.#resuming === null) return; // it will come again, in its place
    if (this.#offset === null || event.offset <= this.#offset) return; // not ours yet, or a repeat
    if (event.prev !== this.#offset) {
      if (this.#following) this.#repair();
      return;
    }
    if (this.#resuming !== null) this.#resuming += 1;
    this.#offset = event.offset;
    this.#options.onEvent?.(event);
  }

  /** Something is missing: ask for it; if that does not help, let the screen fetch afresh. */
  #repair() {
    this.#repairs += 1;
    if (this.#repairs <= MOST_REPAIRS) this.#resume();
    else void this.#reload("gap");
  }

  #resumed({ recovered, count, reason }) {
    const came = this.#resuming;
    this.#resuming = null;
    if (!recovered) return void this.#reload(reason);
    if (came !== count) return this.#repair();
    this.#repairs = 0;
    this.#following = true;
  }

  #subscribed({ offset }) {
    if (!this.#following) return;
    if (this.#offset === null) this.#epoch = this.#serverEpoch;
    if (this.#offset === null || offset > this.#offset) this.#offset = offset;
  }

  /** Let the screen fetch everything afresh, and go on from the place that its data have. */
  async #reload(why) {
    if (this.#loading) return;
    const socket = this.#socket;
    this.#following = false;
    this.#resuming = null;
    this.#loading = true;
    this.#offset = null;
    let position;
    try {
      position = await this.#options.reload?.(why);
    } catch {
      if (socket === this.#socket) this.#lost(1006, "reload");
      return;
    }
    if (socket !== this.#socket) return;
    this.#loading = false;
    this.#repairs = 0;
    this.#remember(position);
    if (this.#offset !== null) this.#resume();
    else this.#begin();
  }

  #remember(position) {
    const [epoch, offset] = (position ?? "").split(";");
    if (!offset) return;
    this.#epoch = epoch;
    this.#offset = Number(offset);
  }

  async #renew() {
    const socket = this.#socket;
    try {
      const token = await this.#options.token("expiring");
      if (token && socket === this.#socket) this.#send({ type: "auth", token });
    } catch {
      // The server closes with 4401 when the token ends; there is time until then.
    }
  }

  // --- requests

  #ask(request) {
    if (request.sent) return;
    request.sent = true;
    this.#send(request.frame);
  }

  #answered({ id, ok, data, code, errors, detalhes }) {
    const request = this.#pending.get(String(id));
    if (request === undefined) return;
    if (ok) request.resolve(data);
    else request.reject(new CashHavenRefusal(code, errors ?? [], detalhes));
  }
}
