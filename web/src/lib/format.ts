/** Numbers and names for people: always through Intl, never a rule about what a number means. */
import { words } from '../words';
import type { KeyResult, Measure } from '../things/keyresult/types';

const LOCALE = 'en-GB';
const plain = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 6 });
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const signed = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0, signDisplay: 'exceptZero' });

export const number = (value: number | null | undefined): string =>
  value === null || value === undefined ? words.none : plain.format(value);

/** A share in whole per cent. Rounding hides no miss: below 1 is never 100, above 0 never 0. */
const inHundred = (share: number): string => {
  const shown = Math.round(share * 100);
  if (shown === 100 && share < 1) return whole.format(99);
  if (shown === 0 && share !== 0) return whole.format(share > 0 ? 1 : -1);
  return whole.format(share * 100);
};

/** 0..1 as a whole percentage, with the thin space that the pictures use. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? words.none : `${inHundred(share)} %`;

export const percentNumber = (share: number | null | undefined): string =>
  share === null || share === undefined ? words.none : inHundred(share);

export const grade = (value: number | null | undefined): string =>
  value === null || value === undefined ? words.none : tenth.format(value);

/** Change of a 0..1 share in percentage points, e.g. "+38 pp". */
export const points = (change: number): string => `${signed.format(change * 100)} pp`;

export const withUnit = (value: number | null | undefined, unit?: string | null): string =>
  value === null || value === undefined ? words.none : unit ? `${number(value)} ${unit}` : number(value);

export const initials = (name: string): string => {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /\p{L}|\p{N}/u.test(word));
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words[words.length - 1]?.[0] ?? '') : '';
  return (first + last).toUpperCase();
};

export const unitOf = (measure: Measure): string | null => {
  if (measure.kind === 'percentage') return '%';
  return 'unit' in measure ? (measure.unit ?? null) : null;
};

/** Where a measure starts; null is unknown as yet, and what says nothing starts at 0. */
const startOf = (baseline: number | null | undefined): string =>
  baseline === null ? words.measure.unknown : number(baseline ?? 0);

/** What the measure asks for, in a few words: "42 → 15 min", "at most 2 days". */
export const goal = (measure: Measure): string => {
  switch (measure.kind) {
    case 'increase':
    case 'decrease':
    case 'reach':
      return `${startOf(measure.baseline)} → ${withUnit(measure.target, measure.unit)}`;
    case 'stay_above':
      return words.measure.atLeast(withUnit(measure.lower, measure.unit));
    case 'stay_below':
      return words.measure.atMost(withUnit(measure.upper, measure.unit));
    case 'stay_between':
      return words.measure.between(number(measure.lower), withUnit(measure.upper, measure.unit));
    case 'milestones':
      return words.measure.milestones(measure.milestones.length);
    case 'binary':
      return words.measure.binary;
    case 'percentage':
      return '0 → 100 %';
    case 'zones':
      return words.measure.zones(
        number(measure.commit),
        number(measure.target),
        withUnit(measure.stretch, measure.unit),
      );
    case 'establish_baseline':
      return words.measure.establish;
  }
};

/** The value as it stands now, worded for the measure: "now 36.4 min", "2 of 5 done". */
export const standing = (kr: KeyResult): string => {
  if (kr.value === null) return words.measure.notYet;
  switch (kr.measure.kind) {
    case 'binary':
      return kr.value >= 1 ? words.measure.done : words.measure.notDone;
    case 'milestones':
      return words.measure.now(percent(kr.progress));
    default:
      return words.measure.now(withUnit(kr.value, unitOf(kr.measure)));
  }
};
