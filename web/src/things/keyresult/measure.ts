/** What the key-result form collects, and the measure it sends. Checking it is the API's business. */
import { withUnit } from '../../lib/format';
import type { Measure, MeasureKind } from './types';
import { words } from '../../words';

export const MEASURES: MeasureKind[] = [
  'increase',
  'decrease',
  'reach',
  'stay_above',
  'stay_below',
  'stay_between',
  'milestones',
  'binary',
  'percentage',
  'zones',
  'establish_baseline',
];

export interface MeasureDraft {
  kind: MeasureKind;
  unit: string;
  baseline: number | null;
  target: number | null;
  lower: number | null;
  upper: number | null;
  method: string;
  tolerance: number | null;
  milestones: string;
  fail: number | null;
  commit: number | null;
  stretch: number | null;
}

export const blank = (): MeasureDraft => ({
  kind: 'increase',
  unit: '',
  baseline: null,
  target: null,
  lower: null,
  upper: null,
  method: 'hit_rate',
  tolerance: null,
  milestones: '',
  fail: null,
  commit: null,
  stretch: null,
});

/** The fields each kind of measure is made of. */
export const fieldsOf = (kind: MeasureKind): (keyof MeasureDraft)[] => {
  switch (kind) {
    case 'increase':
    case 'decrease':
      return ['baseline', 'target', 'unit'];
    case 'reach':
      return ['target', 'unit'];
    case 'stay_above':
      return ['lower', 'unit', 'method', 'tolerance'];
    case 'stay_below':
      return ['upper', 'unit', 'method', 'tolerance'];
    case 'stay_between':
      return ['lower', 'upper', 'unit', 'method', 'tolerance'];
    case 'milestones':
      return ['milestones'];
    case 'zones':
      return ['fail', 'commit', 'target', 'stretch', 'unit'];
    case 'establish_baseline':
      return ['unit'];
    case 'binary':
    case 'percentage':
      return [];
  }
};

export const measureOf = (draft: MeasureDraft): Record<string, unknown> => {
  const measure: Record<string, unknown> = { kind: draft.kind };
  for (const field of fieldsOf(draft.kind)) {
    if (field === 'milestones')
      measure[field] = draft.milestones
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean)
        .map((title) => ({ title }));
    else if (draft[field] !== null && draft[field] !== '') measure[field] = draft[field];
    // Left empty it is unknown, and says so.
    else if (field === 'baseline') measure[field] = null;
  }
  return measure;
};

/** The draft that a measure would have come from; what a correction starts with. */
export const draftOf = (measure: Measure): MeasureDraft => {
  const { milestones, ...rest } = measure as { milestones?: { title: string }[] };
  const known = Object.fromEntries(Object.entries(rest).filter(([, each]) => each !== null));
  return {
    ...blank(),
    ...(known as Partial<MeasureDraft>),
    milestones: (milestones ?? []).map((each) => each.title).join('\n'),
  };
};

/** The measure read back as a sentence; null until enough of it is written. */
export const sentenceOf = (draft: MeasureDraft): string | null => {
  const say = words.measureSentence;
  const unit = draft.kind === 'percentage' ? '%' : draft.unit.trim();
  const shown = (...values: (number | null)[]): string[] | null =>
    values.some((each) => each === null) ? null : values.map((each) => withUnit(each, unit));
  const method = { hit_rate: say.hit_rate, instant: say.instant, distance: say.distance }[draft.method] ?? '';
  const stays = (text: string | null) => (text === null ? null : `${text} ${method}`);
  const [a, b, c, d] =
    {
      increase: shown(draft.target),
      decrease: shown(draft.target),
      reach: shown(draft.target),
      stay_above: shown(draft.lower),
      stay_below: shown(draft.upper),
      stay_between: shown(draft.lower, draft.upper),
      zones: shown(draft.fail, draft.commit, draft.target, draft.stretch),
      milestones: null,
      binary: null,
      percentage: null,
      establish_baseline: null,
    }[draft.kind] ?? [];
  switch (draft.kind) {
    case 'increase':
    case 'decrease':
      if (!a) return null;
      return draft.baseline === null ? say.unknown(a) : say.metric(withUnit(draft.baseline, unit), a);
    case 'reach':
      return a ? say.reach(a) : null;
    case 'stay_above':
    case 'stay_below':
      return stays(a ? say[draft.kind](a) : null);
    case 'stay_between':
      return stays(a && b ? say.stay_between(a, b) : null);
    case 'zones':
      return a && b && c && d ? say.zones(a, b, c, d) : null;
    case 'milestones': {
      const count = draft.milestones.split('\n').filter((each) => each.trim()).length;
      return count ? say.milestones(count) : null;
    }
    default:
      return say[draft.kind];
  }
};

/** The one number a measure aims at, which a retarget moves; null where it has none or several. */
export const targetOf = (measure: Measure): number | null => {
  switch (measure.kind) {
    case 'increase':
    case 'decrease':
    case 'reach':
      return measure.target;
    case 'stay_above':
      return measure.lower ?? null;
    case 'stay_below':
      return measure.upper ?? null;
    default:
      return null;
  }
};
