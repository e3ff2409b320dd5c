/** Where the tour stops: found in the data at hand, for the demo is played anew on every installation. */
import { get } from '../../lib/api';
import { fullDay, isoSeconds, DAY } from '../../lib/time';
import type { Page } from '../../lib/types';
import type { HistoryItem } from '../history/types';
import type { Objective } from '../objective/types';
import type { Obstacle } from '../obstacle/types';
import { words } from '../../words';

export interface Stop {
  title: string;
  text: string;
  path: string;
  params: Record<string, string | null>;
}

/** Every stop begins in the present of the running cycle. */
const NOW = { as_of: null, vs: null, effective_at: null, team: null, cycle: null };

const movedTarget = async (): Promise<Stop | null> => {
  const query = { type: 'okr.key-result-retargeted', limit: 1 };
  const fact = (await get<Page<HistoryItem>>('/history', query)).items[0];
  if (!fact?.about || !fact.cycle_id) return null;
  const listed = await get<Page<Objective>>('/objectives', { cycle_id: fact.cycle_id, limit: 200 });
  const home = listed.items.find(({ key_results }) => key_results.some(({ id }) => id === fact.about?.id));
  if (!home) return null;
  const { title, text } = words.tour.stops.target;
  return {
    title,
    text: text(fact.sentence),
    path: `/objectives/${home.id}`,
    params: { ...NOW, cycle: fact.cycle_id },
  };
};

const boardThen = (zone: string): Stop => {
  const then = Date.now() - 21 * DAY;
  const { title, text } = words.tour.stops.past;
  return {
    title: title(fullDay(then, zone)),
    text,
    path: '/board',
    params: { ...NOW, as_of: isoSeconds(then) },
  };
};

const escalated = async (): Promise<Stop | null> => {
  const { items } = await get<Page<Obstacle>>('/obstacles', { limit: 100 });
  const climbed = items.filter(({ level, state }) => level && level !== 'owner' && state !== 'resolved');
  const found = climbed.find(({ whys }) => whys?.length) ?? climbed[0];
  return found ? { ...words.tour.stops.escalated, path: `/obstacles/${found.id}`, params: NOW } : null;
};

const owes = (): Stop => ({ ...words.tour.stops.owes, path: '/cycle', params: NOW });

export const STOPS = 4;
/** The stop by its number from 0; null if the data holds nothing of the kind. */
export const stopAt = async (n: number, zone: string): Promise<Stop | null> =>
  [movedTarget, () => boardThen(zone), escalated, owes][n]?.() ?? null;
