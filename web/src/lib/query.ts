/** Queries of views: keyed by address and moment; the past never goes stale. */
import { createQuery, keepPreviousData, QueryClient, useQueryClient } from '@tanstack/svelte-query';
import { ApiError, get, type Address } from './api';
import { loc } from './loc.svelte';
import type { Params } from './url';

/** The person whom this browser remembered is unknown here and was forgotten: a read may go without. */
const letGo = (error: Error) => error instanceof ApiError && error.code === 'unknown-person';

export const newClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        refetchOnWindowFocus: false,
        // Every field that a page may read stays true; tracking reads per field missed some.
        notifyOnChangeProps: 'all',
        retry: (count, error) =>
          letGo(error)
            ? count < 1
            : count < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
        retryDelay: (attempt, error) => (letGo(error) ? 0 : Math.min(400 * 2 ** attempt, 4000)),
      },
    },
  });

export interface View {
  path: Address;
  query?: Params;
  enabled?: boolean;
  /** Undefined: the moment in the URL. Null: always the present. */
  at?: string | null;
  /** Keep what was shown while the next answer loads (scrubbing); off when another thing is shown. */
  keep?: boolean;
}

const keyOf = (path: string, query: Params, at: string | null) => [path, query, at ?? 'now'] as const;

const optionsOf = <T>({ path, query = {}, enabled = true, at = loc.asOf, keep = true }: View) => ({
  queryKey: keyOf(path, query, at),
  queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(path, { ...query, as_of: at }, signal),
  staleTime: at ? Infinity : 10_000,
  placeholderData: keep ? keepPreviousData : undefined,
  enabled,
});

export const view = <T>(what: () => View) => createQuery<T, ApiError>(() => optionsOf<T>(what()));

/** Ask before the page that will show the answer has come; it asks the same then and finds it. */
export const askAhead = (client: QueryClient, views: View[]) => {
  for (const each of views) {
    const { queryKey, queryFn, staleTime, enabled } = optionsOf(each);
    if (enabled) void client.prefetchQuery({ queryKey, queryFn, staleTime });
  }
};

/** After a command: everything about the present is asked again. */
export const useRefresh = () => {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: (query) => query.queryKey[2] === 'now' });
};
