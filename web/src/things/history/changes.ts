/** Before and after of one fact as readable lines; only fields that differ. */
import { number } from '../../lib/format';
import { words } from '../../words';

export interface Change {
  field: string;
  before: string;
  after: string;
}

const word = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  if (typeof value === 'string') return words.state[value] ?? value;
  if (Array.isArray(value)) return value.map(word).filter(Boolean).join(', ');
  return Object.entries(value)
    .map(([key, each]) => `${label(key)} ${word(each)}`)
    .join(', ');
};
const label = (key: string) => key.replaceAll('_', ' ');

export const changesOf = (
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): Change[] => {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const found: Change[] = [];
  for (const field of fields) {
    if (field === 'id' || field.endsWith('_id') || field.endsWith('_ids')) continue;
    const was = word(before?.[field]);
    const is = word(after?.[field]);
    if (was !== is) found.push({ field: label(field), before: was, after: is });
  }
  return found;
};
