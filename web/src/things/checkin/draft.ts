/** A check-in in the making: server data is the base, the draft is a patch kept on this device. */
import type { KeyResult, Measure } from '../keyresult/types';
import type { Reading } from './types';

export interface Draft {
  value: string;
  milestone_ids: string[];
  done: boolean | null;
  zone: string;
  confidence: number | null;
  note: string;
  effective: string;
}
export type Patch = Partial<Draft>;

const KEY = (kr: string) => `check-in/${kr}`;

export const loadPatch = (kr: string): Patch => JSON.parse(localStorage.getItem(KEY(kr)) ?? '{}') as Patch;
export const savePatch = (kr: string, patch: Patch) => {
  if (Object.keys(patch).length) localStorage.setItem(KEY(kr), JSON.stringify(patch));
  else localStorage.removeItem(KEY(kr));
};

const latestReading = (kr: KeyResult): Reading | undefined =>
  kr.reading ??
  [...(kr.check_ins ?? [])]
    .filter((each) => !each.corrected_by)
    .sort((a, b) => a.effective_at.localeCompare(b.effective_at))
    .at(-1)?.reading;

/** What the form starts from: the last value and the last confidence. */
export const baseOf = (kr: KeyResult): Draft => {
  const last = latestReading(kr);
  return {
    value:
      kr.last_check_in_at && kr.value !== null && readingKind(kr.measure) === 'value' ? String(kr.value) : '',
    milestone_ids: last?.milestone_ids ?? [],
    done: last?.done ?? null,
    zone: last?.zone ?? '',
    confidence: kr.confidence === null ? null : Math.round(kr.confidence * 10),
    note: '',
    effective: '',
  };
};

export const fold = (base: Draft, patch: Patch): Draft => ({ ...base, ...patch });

/** Which of the four readings a measure takes. Zones take a number; the API names the zone. */
export const readingKind = (measure: Measure): 'value' | 'milestones' | 'done' => {
  switch (measure.kind) {
    case 'milestones':
      return 'milestones';
    case 'binary':
      return 'done';
    default:
      return 'value';
  }
};

/** The request body, or null while nothing has been entered. */
export const bodyOf = (
  measure: Measure,
  draft: Draft,
  effectiveAt: string | null,
): Record<string, unknown> | null => {
  const reading = ((): Record<string, unknown> | null => {
    switch (readingKind(measure)) {
      case 'milestones':
        return { milestone_ids: draft.milestone_ids };
      case 'done':
        return draft.done === null ? null : { done: draft.done };
      case 'value': {
        const value = Number(draft.value.replace(',', '.'));
        return draft.value.trim() === '' || !Number.isFinite(value) ? null : { value };
      }
    }
  })();
  if (!reading) return null;
  return {
    ...reading,
    ...(draft.confidence === null ? {} : { confidence: draft.confidence / 10 }),
    ...(draft.note.trim() ? { note: draft.note.trim() } : {}),
    ...(effectiveAt ? { effective_at: effectiveAt } : {}),
  };
};
