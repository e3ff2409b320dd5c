/** The moment in the URL, resolved: where it stands on the rail and how it is called. */
import { get } from '../../lib/api';
import { loc } from '../../lib/loc.svelte';
import type { Org } from '../../lib/org.svelte';
import { words } from '../../words';
import { endOfDay, moment, shortDay } from '../../lib/time';
import type { Timeline } from './types';

/** Instant of `as_of`: a timestamp, or the day on which position n was the newest. */
export const instantOfMoment = (
  value: string | null,
  timeline: Timeline | undefined,
  zone: string,
): number | null => {
  if (!value) return null;
  if (!value.startsWith('@')) {
    const at = Date.parse(value);
    return Number.isNaN(at) ? null : at;
  }
  const position = Number(value.slice(1));
  const bucket = timeline?.buckets.find((b) => b.last_position >= position);
  return bucket ? endOfDay(bucket.on, zone) : null;
};

/** Short: for labels on the rail. */
export const momentLabel = (value: string | null, zone: string): string => {
  if (!value) return words.rail.now;
  return value.startsWith('@') ? `#${value.slice(1)}` : shortDay(value, zone);
};

/** Long: for the banner and the title. */
export const momentWords = (value: string, zone: string): string =>
  value.startsWith('@')
    ? words.history.position(Number(value.slice(1))).toLowerCase()
    : `${moment(value, zone)} ${zoneName(zone)}`;

const zoneName = (zone: string) => (zone === 'UTC' ? 'UTC' : zone.split('/').pop()!.replaceAll('_', ' '));

interface Neighbours {
  previous: number | { position: number } | null;
  next: number | { position: number } | null;
}
const positionIn = (value: Neighbours['next']): number | null =>
  value === null ? null : typeof value === 'number' ? value : value.position;

/** One event back or forward in time; past the newest event it is now again. */
export const step = async (direction: 'previous' | 'next', org: Org) => {
  if (direction === 'next' && !loc.past) return;
  const found = await get<Neighbours>('/moments/neighbours', { as_of: loc.asOf, cycle_id: org.cycle?.id });
  const position = positionIn(found[direction]);
  if (position !== null) loc.set({ as_of: `@${position}` });
  else if (direction === 'next') loc.set({ as_of: null });
};
