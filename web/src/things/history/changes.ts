/** Before and after of one fact as readable lines; only fields that differ. */
import { number } from '../../lib/format';
import { fullDay } from '../../lib/time';
import { toNames } from '../comment/mentions';
import { words } from '../../words';

export interface Change {
  field: string;
  before: string;
  after: string;
}

/** Confidence is kept as 0..1 and always said out of ten. */
const outOfTen = (value: number) => `${number(Math.round(value * 10))}/10`;

type NameOf = (id: string) => string;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const word = (field: string, value: unknown, nameOf: NameOf): string => {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'number') return field === 'confidence' ? outOfTen(value) : number(value);
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  if (typeof value === 'string')
    return DAY.test(value) ? fullDay(value) : (words.state[value] ?? toNames(value, nameOf));
  if (Array.isArray(value))
    return value
      .map((each) => word(field, each, nameOf))
      .filter(Boolean)
      .join(', ');
  if (isThing(value)) return ''; // the sentence or the address names it
  if (isLink(value)) return `${value.title} (${value.url})`;
  if (isStep(value)) return `${value.done ? '☑' : '☐'} ${value.text ?? ''}`;
  return Object.entries(value)
    .map(([key, each]) => `${label(key)} ${word(key, each, nameOf)}`)
    .join(', ');
};
const isThing = (value: object) => 'kind' in value && 'id' in value;
const isStep = (value: object): value is { text: string | null; done: boolean } =>
  'text' in value && 'done' in value;
const isLink = (value: object): value is { title: string; url: string } => 'url' in value && 'title' in value;
const label = (key: string) => words.history.fields[key] ?? key.replaceAll('_', ' ');

/** `only`: the fields that the sentence leaves out; undefined where that is not known. `said`: the sentence. */
export const changesOf = (
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
  only?: string[],
  said = '',
  nameOf: NameOf = (id) => id,
): Change[] => {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const found: Change[] = [];
  for (const field of fields) {
    if (field === 'id' || field.endsWith('_id') || field.endsWith('_ids')) continue;
    if (only && !only.includes(field)) continue;
    const was = word(field, before?.[field], nameOf);
    const is = word(field, after?.[field], nameOf);
    // What a new thing is called stands in the sentence, and its first state goes without saying.
    if (!before && (field === 'state' || (is.length > 3 && said.includes(is)))) continue;
    if (was !== is) found.push({ field: label(field), before: was, after: is });
  }
  return found;
};
