/** What the key-result form collects, and the measure it sends. Checking it is the API's business. */
import type { MeasureKind } from '../../lib/types';

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
  }
  return measure;
};
