/** The URL is the state: path, filters and the moment that is looked at. */
import { addressOf, type Placed } from './address';
import { keptParams, withParams, type Params } from './url';

const read = () => ({ path: location.pathname, search: location.search });
let current = $state.raw(read());

const go = (path: string, search: string, replace: boolean) => {
  const url = path + search;
  if (url === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  current = read();
};

export const loc = {
  get path() {
    return current.path;
  },
  get search() {
    return current.search;
  },
  get params() {
    return new URLSearchParams(current.search);
  },
  get(key: string): string | null {
    return new URLSearchParams(current.search).get(key);
  },
  get asOf(): string | null {
    return loc.get('as_of');
  },
  get vs(): string | null {
    return loc.get('vs');
  },
  /** Never later than the moment that is looked at: nobody knows yet what is true after it. */
  get effectiveAt(): string | null {
    const value = loc.get('effective_at');
    const moment = loc.asOf?.startsWith('@') ? null : loc.asOf;
    return value && Date.parse(value) > (moment ? Date.parse(moment) : Date.now()) ? moment : value;
  },
  get past(): boolean {
    return loc.asOf !== null;
  },
  /** Address of a page that keeps moment, cycle and team. */
  href(path: string, changes: Params = {}): string {
    return path + withParams(keptParams(current.search), changes);
  },
  /** Address of a thing's page; null if it has none. */
  thing(thing: Placed): string | null {
    const address = addressOf(thing);
    return address && loc.href(address.path, address.params);
  },
  /** `replace`: the page that sends people on is not a step back. */
  open(path: string, changes: Params = {}, replace = false) {
    go(path, withParams(keptParams(current.search), changes), replace);
  },
  /** Change parameters in place; `replace` while a gesture is still going on. */
  set(changes: Params, replace = false) {
    go(current.path, withParams(current.search, changes), replace);
  },
};

/** A relative moment such as `-14d` is resolved once and pinned. */
export const pinRelative = (now: number) => {
  for (const key of ['as_of', 'vs']) {
    const match = /^-(\d+)d$/.exec(loc.get(key) ?? '');
    if (match)
      loc.set(
        { [key]: new Date(now - Number(match[1]) * 86_400_000).toISOString().slice(0, 19) + 'Z' },
        true,
      );
  }
};

addEventListener('popstate', () => (current = read()));

/** Plain links inside the app change the view without loading the page again. */
document.addEventListener('click', (event) => {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  const link = (event.target as Element | null)?.closest('a');
  if (!link || link.target || link.origin !== location.origin || link.hasAttribute('download')) return;
  if (
    link.pathname.startsWith('/v1/') ||
    link.pathname.startsWith('/docs') ||
    link.pathname === '/openapi.json'
  )
    return;
  event.preventDefault();
  if (link.hash && link.pathname === location.pathname) {
    document.querySelector<HTMLElement>(link.hash)?.focus();
    return;
  }
  go(link.pathname, link.search, false);
});
