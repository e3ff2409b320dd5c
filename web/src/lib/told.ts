/** What follows a command: everything is asked again, and people are told, with the way back if there is one. */
import { say } from './announce.svelte';
import { ApiError, tell, type Address } from './api';
import { useRefresh } from './query';
import { words } from '../words';

/** The request that takes a write back, as the answer of that write names it. */
export interface Undo {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
}
export interface Answer {
  version?: number | undefined;
  undo?: Undo | null | undefined;
}

/**
 * `const told = useTold()` while a component is made; later `await told(words.person.added(name), answer)`.
 * The toast offers Undo when `answer` is the answer of a write that names one.
 */
export const useTold = () => {
  const refresh = useRefresh();
  const takeBack = async (undo: Undo, version: number | undefined) => {
    try {
      await tell(undo.path.replace(/^\/v1/, '') as Address, {
        method: undo.method,
        version: version ?? '*',
        ...(undo.body === null || undo.body === undefined ? {} : { body: undo.body }),
      });
      await refresh();
      say(words.toast.undone);
    } catch (error) {
      await refresh();
      const overtaken = error instanceof ApiError && error.code === 'stale-version';
      say(overtaken ? words.toast.overtaken : (error as Error).message, true);
    }
  };
  return async (text: string, answer?: unknown) => {
    const { undo, version } = (answer ?? {}) as Answer;
    await refresh();
    say(text, false, undo ? () => takeBack(undo, version) : undefined);
  };
};
