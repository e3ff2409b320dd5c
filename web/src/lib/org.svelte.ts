/** What every page needs to know: who and what there is now, and which cycle is looked at. */
import { getContext, setContext } from 'svelte';
import { identity } from './api';
import { loc } from './loc.svelte';
import { view } from './query';
import { words } from '../words';
import type { Team } from '../things/team/types';
import type { Bootstrap } from './types';

const ORDER = ['active', 'grading', 'aligning', 'drafting', 'planned', 'closed'];

const build = () => {
  const boot = view<Bootstrap>(() => ({ path: '/bootstrap', at: null }));
  let me = $state(identity.person);

  const persons = $derived(
    (boot.data?.people ?? [])
      .map((p) => ({ ...p, name: p.name ?? words.person.unnamed }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
  const active = $derived(persons.filter((p) => p.active !== false));
  const personNames = $derived(new Map(persons.map((p) => [p.id, p.name])));
  const teamList = $derived(boot.data?.teams ?? []);
  const formed = $derived(teamList.filter((t) => t.state !== 'dissolved'));
  const teamsById = $derived(new Map(teamList.map((t) => [t.id, t])));
  const cycleList = $derived(
    [...(boot.data?.cycles ?? [])].sort((a, b) => b.starts_on.localeCompare(a.starts_on)),
  );
  // Which cycle opens first is a choice of this page, not a rule: the busiest state, then the newest.
  const preferred = $derived(
    [...cycleList].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))[0],
  );
  const cycle = $derived(cycleList.find((c) => c.id === loc.get('cycle')) ?? preferred);

  return {
    get system() {
      return boot.data?.system;
    },
    /** Teams that are there; one that was dissolved is only known by name. */
    get teams() {
      return formed;
    },
    get dissolved() {
      return teamList.filter((t) => t.state === 'dissolved');
    },
    /** People by name; somebody erased from the directory is still somebody. */
    get persons() {
      return persons;
    },
    /** Those who can be given something: whoever left is still known, but not offered. */
    get active() {
      return active;
    },
    get cycle() {
      return cycle;
    },
    get cycleList() {
      return cycleList;
    },
    get zone() {
      return cycle?.timezone ?? 'UTC';
    },
    get ready() {
      return boot.data !== undefined;
    },
    get error() {
      return boot.error;
    },
    get empty() {
      return !persons.length || !formed.length || !cycleList.length;
    },
    /** The server does not answer, and nothing has been seen of it yet. */
    get unreachable() {
      return boot.failureCount > 1 && !boot.data;
    },
    /** How much waits for whoever acts. */
    get badges() {
      return boot.data?.badges ?? { owed: 0, overdue: 0, notifications: 0 };
    },
    /** Who acts: the person picked in local mode, else the one that the key belongs to. */
    get me() {
      const known = boot.data?.me.person_id ?? null;
      return me ?? (known === 'local' ? null : known);
    },
    /** A team that the acting person belongs to: where their own work usually stands. */
    get myTeam(): string | null {
      const mine = formed.filter((t) => t.members?.some((m) => m.person_id === this.me));
      return (mine.find((t) => t.kind !== 'lean') ?? mine[0])?.id ?? null;
    },
    /** Whether the role allows it; until it is known nothing is hidden, for the API decides anyway. */
    may(permission: 'audit' | 'write' | 'administer'): boolean {
      return boot.data?.me.may.includes(permission) ?? true;
    },
    /** Nothing can be changed: the past is looked at, or the role only reads. */
    get locked() {
      return loc.past || !this.may('write');
    },
    get administers() {
      return !loc.past && this.may('administer');
    },
    actAs(id: string | null) {
      identity.person = id;
      me = id;
    },
    person(id: string | null | undefined): string {
      return id ? (personNames.get(id) ?? id.slice(0, 8)) : '';
    },
    team(id: string | null | undefined): string {
      return id ? (teamsById.get(id)?.name ?? id.slice(0, 8)) : '';
    },
    teamOf(id: string): Team | undefined {
      return teamsById.get(id);
    },
  };
};

export type Org = ReturnType<typeof build>;
const KEY = Symbol('org');
export const provideOrg = (): Org => setContext(KEY, build());
export const useOrg = (): Org => getContext<Org>(KEY);
