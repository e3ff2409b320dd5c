/** The check-in grid: what is typed in a row, kept on this device until it is saved, and the item it sends. */
import type { KeyResult } from '../keyresult/types';
import { readingKind } from './draft';

/** As typed; nothing is thrown away because it makes no sense yet. */
export interface Row {
  value: string;
  confidence: string;
  note: string;
  unchanged: boolean;
}
export type Field = 'value' | 'confidence';
export interface Item {
  key_result_id: string;
  value?: number;
  done?: boolean;
  milestone_ids?: string[];
  unchanged?: boolean;
  confidence?: number;
  note?: string;
}
/** A row is left alone, sent, or needs a second look at one of its fields. */
export type Outcome = { item: Item | null } | { wrong: Field };

export const EMPTY: Row = { value: '', confidence: '', note: '', unchanged: false };
/** Typed as a value it says: as it was. */
export const SAME = '=';

const KEY = (kr: string) => `check-in-grid/${kr}`;
export const loadRow = (kr: string): Row => ({
  ...EMPTY,
  ...(JSON.parse(localStorage.getItem(KEY(kr)) ?? '{}') as Partial<Row>),
});
export const saveRow = (kr: string, row: Row) => {
  if (touched(row)) localStorage.setItem(KEY(kr), JSON.stringify(row));
  else localStorage.removeItem(KEY(kr));
};

export const touched = (row: Row): boolean =>
  row.unchanged || [row.value, row.confidence, row.note].some((each) => each.trim() !== '');

const numberOf = (text: string): number | null => {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
};

/** What was read off, for the kind of reading the measure takes; null if it cannot be understood. */
const readingOf = (kr: KeyResult, text: string): Partial<Item> | null => {
  switch (readingKind(kr.measure)) {
    case 'done':
      return { yes: { done: true }, no: { done: false } }[text] ?? null;
    case 'milestones': {
      const all = kr.measure.kind === 'milestones' ? kr.measure.milestones : [];
      const places = text.split(/[\s,;]+/).filter(Boolean);
      const reached = places.map((place) => all[Number(place) - 1]?.id);
      return reached.every((id) => id !== undefined) ? { milestone_ids: reached as string[] } : null;
    }
    case 'value': {
      const value = numberOf(text);
      return value === null ? null : { value };
    }
  }
};

export const outcomeOf = (kr: KeyResult, row: Row): Outcome => {
  if (!touched(row)) return { item: null };
  const same = row.unchanged || row.value.trim() === SAME;
  const reading = same ? { unchanged: true } : readingOf(kr, row.value.trim());
  if (!reading || (!same && row.value.trim() === '')) return { wrong: 'value' };
  const confidence = row.confidence.trim() === '' ? lastConfidence(kr) : numberOf(row.confidence);
  if (row.confidence.trim() !== '' && (confidence === null || confidence < 0 || confidence > 10))
    return { wrong: 'confidence' };
  return {
    item: {
      key_result_id: kr.id,
      ...reading,
      ...(confidence === null ? {} : { confidence: confidence / 10 }),
      ...(row.note.trim() ? { note: row.note.trim() } : {}),
    },
  };
};

/** Of 10; what stays if nothing is typed. */
export const lastConfidence = (kr: KeyResult): number | null =>
  kr.confidence === null ? null : Math.round(kr.confidence * 10);
