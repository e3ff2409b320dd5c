/** The one door to `/v1`: typed paths, problem+json as errors, idempotency keys, positions. */
import type { paths } from '../api';
import { words } from '../words';
import { withParams, type Params } from './url';

type Filled<P> = P extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : P;
type Stripped<P> = P extends `/v1${infer Rest}` ? Rest : never;
/** An address that the API's schema knows, with its ids filled in. */
export type Address = Stripped<Filled<keyof paths>>;

export interface Problem {
  status: number;
  code?: string;
  title?: string;
  detail?: string;
  errors?: { pointer?: string; detail?: string }[];
  allowed?: string[];
  current_version?: number;
}

/** A refusal or failure, worded for people; `pointers` maps field pointers to what is wrong there. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(wording(problem));
    this.problem = problem;
  }
  get status() {
    return this.problem.status;
  }
  get code() {
    return this.problem.code ?? '';
  }
  get pointers(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const error of this.problem.errors ?? [])
      if (error.pointer && error.detail) found[error.pointer] = error.detail;
    return found;
  }
}

const wording = (problem: Problem): string => {
  const base = problem.detail || problem.title || words.problem.title;
  const fields = (problem.errors ?? [])
    .map((e) => e.detail)
    .filter((d): d is string => !!d && !base.includes(d));
  const moves = problem.allowed?.length
    ? words.problem.allowed(problem.allowed.map((m) => words.verb[m] ?? m).join(', '))
    : '';
  return [base, ...fields, moves].filter(Boolean).join(' ');
};

/** Who acts. In local mode a person is named; otherwise a key is sent as a bearer token. */
export const identity = {
  get person(): string | null {
    return localStorage.getItem('person');
  },
  set person(id: string | null) {
    if (id) localStorage.setItem('person', id);
    else localStorage.removeItem('person');
  },
  get key(): string | null {
    return sessionStorage.getItem('key');
  },
  set key(secret: string | null) {
    if (secret) sessionStorage.setItem('key', secret);
    else sessionStorage.removeItem('key');
  },
};

export const identityHeaders = (): Record<string, string> => {
  const headers: Record<string, string> = {};
  if (identity.key) headers['Authorization'] = `Bearer ${identity.key}`;
  else if (identity.person) headers['TrueNorth-Person'] = identity.person;
  return headers;
};

/** Highest position this tab knows of; reads of the present wait for it (read your writes). */
let known = 0;
/** Positions of the newest facts that this tab's own commands recorded. */
const own: number[] = [];
export const position = {
  get known() {
    return known;
  },
  seen(value: number | null | undefined) {
    if (value && value > known) known = value;
  },
  /** An answer to an own command: its last fact, and how many it recorded without gaps. */
  wrote(last: number, facts: number) {
    position.seen(last);
    for (let at = last - facts + 1; at <= last; at += 1) own.push(at);
    own.splice(0, own.length - 1000);
  },
  isOwn: (at: number) => own.includes(at),
  /** The log is another one, and ends here. */
  startedAnew(value: number) {
    known = value;
  },
};

/** Own commands that were sent and not yet answered: their facts may come over the stream first. */
let unanswered = 0;
const answered = new Set<() => void>();
export const commands = {
  /** Calls back when no command of this tab is under way, at once if none is. */
  whenQuiet(call: () => void) {
    if (unanswered === 0) call();
    else answered.add(call);
  },
};
const under = async <T>(command: Promise<T>): Promise<T> => {
  unanswered += 1;
  try {
    return await command;
  } finally {
    unanswered -= 1;
    if (unanswered === 0) {
      for (const call of answered) call();
      answered.clear();
    }
  }
};

let unauthorised: (code: string) => void = () => {};
export const onUnauthorised = (listener: (code: string) => void) => {
  unauthorised = listener;
};

const send = async (
  path: string,
  init: RequestInit & { headers: Record<string, string> },
): Promise<Response> => {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, code: 'unreachable', detail: words.problem.network });
  }
  if (response.ok || response.status === 304) return response;
  let problem: Problem = { status: response.status, title: response.statusText };
  if (response.headers.get('Content-Type')?.includes('json'))
    problem = { ...problem, ...(await response.json()) };
  if (response.status === 401) unauthorised(problem.code ?? '');
  throw new ApiError({ ...problem, status: response.status });
};

/** Reads; `as_of` null is the present, which waits for the highest position already seen. */
export const get = async <T>(path: Address, query: Params = {}, signal?: AbortSignal): Promise<T> => {
  const headers: Record<string, string> = { Accept: 'application/json', ...identityHeaders() };
  if (!query['as_of'] && known > 0) {
    headers['TrueNorth-Min-Position'] = String(known);
    headers['Prefer'] = 'wait=3';
  }
  const response = await send(`/v1${path}${withParams('', query)}`, { headers, signal });
  return (await response.json()) as T;
};

export interface Wish {
  body?: unknown;
  version?: number | '*';
  key?: string;
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent even if the page is left at once. */
  keepalive?: boolean;
}

/** A command. The key is made when the gesture ends, so a repeat of the same wish is answered once. */
export const tell = async <T>(path: Address, wish: Wish = {}): Promise<T> => {
  const headers: Record<string, string> = { 'Idempotency-Key': wish.key ?? newKey(), ...identityHeaders() };
  if (wish.body !== undefined) headers['Content-Type'] = 'application/json';
  if (wish.version !== undefined) headers['If-Match'] = wish.version === '*' ? '*' : `"${wish.version}"`;
  const body = wish.body === undefined ? null : JSON.stringify(wish.body);
  return under(
    (async () => {
      const { method = 'POST', keepalive = false } = wish;
      const response = await send(`/v1${path}`, { method, headers, body, keepalive });
      const told = (name: string) => Number(response.headers.get(name) ?? 0);
      position.wrote(told('TrueNorth-Position'), told('TrueNorth-Facts'));
      return (response.status === 204 ? undefined : await response.json()) as T;
    })(),
  );
};

/** `crypto.randomUUID` needs a secure context, which a plain-http intranet is not. */
export const newKey = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
};
