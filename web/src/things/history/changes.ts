/** Before and after of one fact as readable lines; only fields that differ. */
import { number } from '../../lib/format';
import { words } from '../../words';

export interface Change {
  field: string;
  before: string;
  after: string;
}

/** Confidence is kept as 0..1 and always said out of ten. */
const outOfTen = (value: number) => `${number(Math.round(value * 10))}/10`;

const word = (field: string, value: unknown): string => {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'number') return field === 'confidence' ? outOfTen(value) : number(value);
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  if (typeof value === 'string') return words.state[value] ?? value;
  if (Array.isArray(value))
    return value
      .map((each) => word(field, each))
      .filter(Boolean)
      .join(', ');
  if (isThing(value)) return ''; // the sentence or the address names it
  if (isLink(value)) return `${value.title} (${value.url})`;
  return Object.entries(value)
    .map(([key, each]) => `${label(key)} ${word(key, each)}`)
    .join(', ');
};
const isThing = (value: object) => 'kind' in value && 'id' in value;
const isLink = (value: object): value is { title: string; url: string } => 'url' in value && 'title' in value;
const label = (key: string) => words.history.fields[key] ?? key.replaceAll('_', ' ');

/** `only`: the fields that the sentence leaves out; undefined where that is not known. `said`: the sentence. */
export const changesOf = (
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
  only?: string[],
  said = '',
): Change[] => {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const found: Change[] = [];
  for (const field of fields) {
    if (field === 'id' || field.endsWith('_id') || field.endsWith('_ids')) continue;
    if (only && !only.includes(field)) continue;
    const was = word(field, before?.[field]);
    const is = word(field, after?.[field]);
    // What a new thing is called stands in the sentence, and its first state goes without saying.
    if (!before && (field === 'state' || (is.length > 3 && said.includes(is)))) continue;
    if (was !== is) found.push({ field: label(field), before: was, after: is });
  }
  return found;
};
