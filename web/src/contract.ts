/** Compile-time agreement of the shapes pages read with the API's schema; nothing here runs. */
import type { components } from './api';
import type * as mine from './lib/types';
import type { Home } from './things/home/types';
import type { Notifications } from './things/notification/types';
import type { Overview } from './things/overview/types';

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
  Expect<Agrees<Schemas['Board'], mine.Board>>,
  Expect<Agrees<Schemas['ObjectiveCard'], mine.Card>>,
  Expect<Agrees<Schemas['ActionCard'], mine.Card>>,
  Expect<Agrees<Schemas['Scores'], mine.Scores>>,
  Expect<Agrees<Schemas['TeamScore'], mine.ScoreTeam>>,
  Expect<Agrees<Schemas['Trend'], mine.Trend>>,
  Expect<Agrees<Schemas['ObjectiveThing'], mine.Objective>>,
  Expect<Agrees<Schemas['ObjectiveStory'], mine.Objective>>,
  Expect<Agrees<Schemas['KeyResultAlone'], mine.KeyResultAlone>>,
  Expect<Agrees<Schemas['Series'], mine.Series>>,
  Expect<Agrees<Schemas['Preview'], mine.Preview>>,
  Expect<Agrees<Schemas['CycleStatus'], mine.Cycle>>,
  Expect<Agrees<Schemas['Obligation'], mine.Obligation>>,
  Expect<Agrees<Schemas['Obstacle'], mine.Obstacle>>,
  Expect<Agrees<Schemas['Action'], mine.Action>>,
  Expect<Agrees<Schemas['Team'], mine.Team>>,
  Expect<Agrees<Schemas['Person'], mine.Person>>,
  Expect<Agrees<Schemas['HistoryItem'], mine.HistoryItem>>,
  Expect<Agrees<Schemas['Timeline'], mine.Timeline>>,
  Expect<Agrees<Schemas['Bootstrap'], mine.Bootstrap>>,
  Expect<Agrees<Schemas['Home'], Home>>,
  Expect<Agrees<Schemas['Notifications'], Notifications>>,
  Expect<Agrees<Schemas['Overview'], Overview>>,
];
