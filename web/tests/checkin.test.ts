import { describe, expect, it } from 'vitest';
import { EMPTY, outcomeOf, type Row } from '../src/things/checkin/grid';
import type { KeyResult, Measure } from '../src/things/keyresult/types';

const kr = (measure: Measure, confidence: number | null = 0.6): KeyResult => ({
  id: 'kr',
  title: 'Changeover',
  measure,
  weight: 1,
  value: 29,
  raw: null,
  progress: null,
  expected: null,
  health: 'on_track',
  confidence,
  last_check_in_at: '2026-11-20T10:00:00Z',
});
const number = kr({ kind: 'decrease', baseline: 42, target: 15 });
const row = (given: Partial<Row>): Row => ({ ...EMPTY, ...given });

describe('a row of the check-in grid', () => {
  it('is left alone while nothing is typed', () => {
    expect(outcomeOf(number, EMPTY)).toEqual({ item: null });
  });

  it('sends the number, the note, and the last confidence where none is typed', () => {
    expect(outcomeOf(number, row({ value: ' 28,5 ', note: ' New tray ' }))).toEqual({
      item: { key_result_id: 'kr', value: 28.5, confidence: 0.6, note: 'New tray' },
    });
    const never = kr(number.measure, null);
    expect(outcomeOf(never, row({ value: '0' }))).toEqual({ item: { key_result_id: 'kr', value: 0 } });
  });

  it('takes an equals sign or the tick for unchanged', () => {
    const unchanged = { item: { key_result_id: 'kr', unchanged: true, confidence: 0.6 } };
    expect(outcomeOf(number, row({ value: '=' }))).toEqual(unchanged);
    expect(outcomeOf(number, row({ unchanged: true }))).toEqual(unchanged);
  });

  it('says which field it does not understand, and never guesses', () => {
    expect(outcomeOf(number, row({ value: 'about 30' }))).toEqual({ wrong: 'value' });
    expect(outcomeOf(number, row({ note: 'only words' }))).toEqual({ wrong: 'value' });
    expect(outcomeOf(number, row({ value: '30', confidence: '11' }))).toEqual({ wrong: 'confidence' });
    expect(outcomeOf(number, row({ value: '30', confidence: 'high' }))).toEqual({ wrong: 'confidence' });
  });

  it('reads yes or no, and milestones by their numbers', () => {
    const binary = kr({ kind: 'binary' });
    expect(outcomeOf(binary, row({ value: 'no' }))).toMatchObject({ item: { done: false } });
    const stations = kr({
      kind: 'milestones',
      milestones: [
        { id: 'a', title: 'Station A' },
        { id: 'b', title: 'Station B' },
      ],
    });
    expect(outcomeOf(stations, row({ value: '1, 2' }))).toMatchObject({
      item: { milestone_ids: ['a', 'b'] },
    });
    expect(outcomeOf(stations, row({ value: '3' }))).toEqual({ wrong: 'value' });
  });
});
