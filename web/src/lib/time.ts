/** Instants and days: everything from the server is UTC; people see the organisation's zone. */
import { words } from '../words';
import type { Phase } from '../things/cycle/types';

export const DAY = 86_400_000;
const LOCALE = 'en-GB';

const formatter = (options: Intl.DateTimeFormatOptions) => {
  const cache = new Map<string, Intl.DateTimeFormat>();
  return (zone: string) => {
    let found = cache.get(zone);
    if (!found) cache.set(zone, (found = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: zone })));
    return found;
  };
};
const dayFormat = formatter({ day: 'numeric', month: 'short' });
const dayYearFormat = formatter({ day: 'numeric', month: 'short', year: 'numeric' });
const weekDayFormat = formatter({ weekday: 'short', day: 'numeric', month: 'short' });
const longDayFormat = formatter({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const MOMENT: Intl.DateTimeFormatOptions = {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
};
const momentFormat = formatter(MOMENT);
const momentYearFormat = formatter({ ...MOMENT, year: 'numeric' });
const clockFormat = formatter({ hour: '2-digit', minute: '2-digit', hour12: false });
const partsFormat = formatter({
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

export const shortDay = (iso: string | number, zone = 'UTC'): string => dayFormat(zone).format(new Date(iso));
export const fullDay = (iso: string | number, zone = 'UTC'): string =>
  dayYearFormat(zone).format(new Date(iso));
export const longDay = (iso: string | number, zone = 'UTC'): string =>
  longDayFormat(zone).format(new Date(iso));
/** "Thu 3 Dec". */
export const weekDay = (iso: string | number, zone = 'UTC'): string =>
  weekDayFormat(zone).format(new Date(iso)).replace(',', '');
export const clock = (iso: string | number, zone = 'UTC'): string => clockFormat(zone).format(new Date(iso));
/** Day and time; the year too where it is not this one. */
export const moment = (iso: string | number, zone = 'UTC', now = Date.now()): string => {
  const at = new Date(iso);
  return (yearOf(at, zone) === yearOf(new Date(now), zone) ? momentFormat : momentYearFormat)(zone).format(
    at,
  );
};
const yearOf = (at: Date, zone: string): string => toLocalInput(at.getTime(), zone).slice(0, 4);

/** Wall-clock fields of an instant in a zone, as `YYYY-MM-DDTHH:MM`, what a date-time input wants. */
export const toLocalInput = (instant: number, zone: string): string => {
  const part = Object.fromEntries(
    partsFormat(zone)
      .formatToParts(new Date(instant))
      .map((p) => [p.type, p.value]),
  );
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
};

/** The instant of a wall-clock time in a zone: in a fold the first one, in a gap moved on by the gap. */
export const fromLocalInput = (local: string, zone: string): number => {
  const naive = Date.parse(`${local.slice(0, 16)}:00Z`);
  const offset = (at: number) => Date.parse(`${toLocalInput(at, zone)}:00Z`) - at;
  const candidates = [naive - offset(naive - DAY), naive - offset(naive + DAY)].sort((a, b) => a - b);
  return candidates.find((at) => toLocalInput(at, zone) === local.slice(0, 16)) ?? Math.max(...candidates);
};

export const localDay = (instant: number, zone: string): string => toLocalInput(instant, zone).slice(0, 10);

/** When a local day is over: the end of a half-open interval. */
export const dayOver = (day: string, zone: string): number => fromLocalInput(nextDay(day) + 'T00:00', zone);

/** Last second of a local day, the natural "as of that day". */
export const endOfDay = (day: string, zone: string): number => dayOver(day, zone) - 1000;

/** Where the weeks of a cycle begin, counted from its first day, and last where the cycle ends. */
export const weekBounds = (startsOn: string, endsOn: string, zone: string): number[] => {
  const bounds = [];
  for (let day = startsOn; day <= endsOn; day = addDays(day, 7))
    bounds.push(fromLocalInput(`${day}T00:00`, zone));
  return [...bounds, dayOver(endsOn, zone)];
};

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
export const nextDay = (day: string): string => addDays(day, 1);

export const isoSeconds = (instant: number): string =>
  new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** How long ago, in the coarsest unit that still says something: "3 h", "2 d", "5 wk". */
export const age = (then: number, now: number): string => {
  const minutes = Math.max(0, Math.round((now - then) / 60_000));
  if (minutes < 60) return words.lasting.minutes(minutes);
  if (minutes < 60 * 24) return words.lasting.hours(Math.round(minutes / 60));
  const days = Math.floor(minutes / (60 * 24));
  return days < 21 ? words.lasting.days(days) : words.lasting.weeks(Math.floor(days / 7));
};

/** Calendar days from one instant to another, as people count them: tomorrow is one, yesterday minus one. */
export const daysTo = (then: number, now: number, zone: string): number =>
  Math.round(
    (Date.parse(`${localDay(then, zone)}T00:00:00Z`) - Date.parse(`${localDay(now, zone)}T00:00:00Z`)) / DAY,
  );

/** The rail's ruler: instants to shares of its width and days to slider steps. */
export interface Ruler {
  from: number;
  to: number;
  days: number;
  /** Last second of each local day. */ ends: number[];
}

export const ruler = (startsAt: string, endsAt: string, zone: string): Ruler => {
  const from = Date.parse(startsAt);
  const ends = [];
  for (
    let day = localDay(from, zone);
    !ends.length || ends.at(-1)! + 1000 < Date.parse(endsAt);
    day = nextDay(day)
  )
    ends.push(endOfDay(day, zone));
  return { from, to: ends.at(-1)! + 1000, days: ends.length, ends };
};
export const share = (r: Ruler, instant: number): number =>
  Math.min(1, Math.max(0, (instant - r.from) / (r.to - r.from)));
/** Slider step n stands for the end of the n-th day (0-based), however long that day was. */
export const stepOf = (r: Ruler, instant: number): number => {
  const found = r.ends.findIndex((end) => instant <= end);
  return found < 0 ? r.days - 1 : found;
};
export const instantOf = (r: Ruler, step: number): number => r.ends[step]!;

export const phaseAt = (phases: Phase[], instant: number): Phase | undefined =>
  phases.find((phase) => Date.parse(phase.starts_at) <= instant && instant < Date.parse(phase.ends_at));
