/**
 * Every word that people read, under one roof. Each thing keeps its own in `words.ts`; this joins them.
 * Read `words.thing.key` where it is shown, never while a module loads: the language is chosen after that.
 */
import * as frame from './frame/words';
import * as kit from './lib/words';
import * as action from './things/action/words';
import * as board from './things/board/words';
import * as checkIn from './things/checkin/words';
import * as comment from './things/comment/words';
import * as cycle from './things/cycle/words';
import * as home from './things/home/words';
import * as history from './things/history/words';
import * as keyResult from './things/keyresult/words';
import * as notification from './things/notification/words';
import * as objective from './things/objective/words';
import * as obstacle from './things/obstacle/words';
import * as organisation from './things/organisation/words';
import * as overview from './things/overview/words';
import * as person from './things/person/words';
import * as savedView from './things/savedview/words';
import * as scores from './things/scores/words';
import * as start from './things/start/words';
import * as team from './things/team/words';
import * as time from './things/time/words';
import * as tour from './things/tour/words';

const english = {
  ...kit,
  ...frame,
  ...action,
  ...board,
  ...checkIn,
  ...comment,
  ...cycle,
  ...history,
  ...home,
  ...keyResult,
  ...notification,
  ...objective,
  ...obstacle,
  ...organisation,
  ...overview,
  ...person,
  ...savedView,
  ...scores,
  ...start,
  ...team,
  ...time,
  ...tour,
};

/** What another language has to say: the same keys, the same arguments. */
export type Words = typeof english;

export const words: Words = { ...english };

/** Another language takes the place of English; called once, before the first page is drawn. */
export const speak = (language: Words) => {
  Object.assign(words, language);
};
