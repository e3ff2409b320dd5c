/** Search parameters as values: pure, so that the URL stays the only state. */

export type Params = Record<string, string | number | boolean | null | undefined>;
/** Parameters that stay when people go from one page to another. */
const KEPT = ['as_of', 'vs', 'effective_at', 'cycle', 'team', 'locale'];

export const withParams = (search: string, changes: Params): string => {
  const params = new URLSearchParams(search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '' || value === false) params.delete(key);
    else params.set(key, value === true ? '1' : String(value));
  }
  const text = params.toString().replaceAll('%3A', ':').replaceAll('%40', '@');
  return text ? `?${text}` : '';
};

export const keptParams = (search: string): string => {
  const params = new URLSearchParams(search);
  for (const key of [...params.keys()]) if (!KEPT.includes(key)) params.delete(key);
  return withParams(params.toString(), {});
};
