/** Compile-time agreement of the shapes pages read with the API's schema; nothing here runs. */
import type { components } from './api';
import type { Bootstrap } from './lib/types';
import type { Action } from './things/action/types';
import type { Board, Card } from './things/board/types';
import type { Preview } from './things/checkin/types';
import type { Cycle, Obligation } from './things/cycle/types';
import type { HistoryItem } from './things/history/types';
import type { Home } from './things/home/types';
import type { KeyResultAlone, Series } from './things/keyresult/types';
import type { Notifications } from './things/notification/types';
import type { Objective } from './things/objective/types';
import type { Obstacle } from './things/obstacle/types';
import type { Overview } from './things/overview/types';
import type { Person } from './things/person/types';
import type { ScoreTeam, Scores, Trend } from './things/scores/types';
import type { Team } from './things/team/types';
import type { Timeline } from './things/time/types';

type Schemas = components['schemas'];
/** A schema's named fields: answers may always carry more. */
type Known<T> = T extends readonly (infer U)[]
  ? Known<U>[]
  : T extends object
    ? { [K in keyof T as string extends K ? never : K]: Known<T[K]> }
    : T;
/** Every field may be missing, for the schema may leave it to the "more". */
type Loose<T> = T extends readonly (infer U)[]
  ? Loose<U>[]
  : T extends object
    ? { [K in keyof T]?: Loose<T[K]> }
    : T;
/** True, or the two sides, so that the compiler's message shows what differs. */
type Agrees<Theirs, Mine> = Known<Theirs> extends Loose<Mine> ? true : { theirs: Known<Theirs>; mine: Mine };
type Expect<T extends true> = T;

export type Agreed = [
  Expect<Agrees<Schemas['Board'], Board>>,
  Expect<Agrees<Schemas['ObjectiveCard'], Card>>,
  Expect<Agrees<Schemas['ActionCard'], Card>>,
  Expect<Agrees<Schemas['Scores'], Scores>>,
  Expect<Agrees<Schemas['TeamScore'], ScoreTeam>>,
  Expect<Agrees<Schemas['Trend'], Trend>>,
  Expect<Agrees<Schemas['ObjectiveThing'], Objective>>,
  Expect<Agrees<Schemas['ObjectiveStory'], Objective>>,
  Expect<Agrees<Schemas['KeyResultAlone'], KeyResultAlone>>,
  Expect<Agrees<Schemas['Series'], Series>>,
  Expect<Agrees<Schemas['Preview'], Preview>>,
  Expect<Agrees<Schemas['CycleStatus'], Cycle>>,
  Expect<Agrees<Schemas['Obligation'], Obligation>>,
  Expect<Agrees<Schemas['Obstacle'], Obstacle>>,
  Expect<Agrees<Schemas['Action'], Action>>,
  Expect<Agrees<Schemas['Team'], Team>>,
  Expect<Agrees<Schemas['Person'], Person>>,
  Expect<Agrees<Schemas['HistoryItem'], HistoryItem>>,
  Expect<Agrees<Schemas['Timeline'], Timeline>>,
  Expect<Agrees<Schemas['Bootstrap'], Bootstrap>>,
  Expect<Agrees<Schemas['Home'], Home>>,
  Expect<Agrees<Schemas['Notifications'], Notifications>>,
  Expect<Agrees<Schemas['Overview'], Overview>>,
];
