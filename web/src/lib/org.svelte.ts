/** What every page needs to know: who and what there is now, and which cycle is looked at. */
import { getContext, setContext } from 'svelte';
import { identity } from './api';
import { loc } from './loc.svelte';
import { view } from './query';
import { words } from '../words';
import type { Cycle, Me, Page, Person, System, Team } from './types';

const ORDER = ['active', 'grading', 'aligning', 'drafting', 'planned', 'closed'];

const build = () => {
  const system = view<System>(() => ({ path: '/system', at: null }));
  const people = view<Page<Person>>(() => ({ path: '/people', query: { limit: 500 }, at: null }));
  const teams = view<Page<Team>>(() => ({ path: '/teams', query: { limit: 500 }, at: null }));
  const cycles = view<Page<Cycle>>(() => ({ path: '/cycles', query: { limit: 200 }, at: null }));
  const self = view<Me>(() => ({ path: '/me', at: null }));
  let me = $state(identity.person);

  const persons = $derived(
    (people.data?.items ?? [])
      .map((p) => ({ ...p, name: p.name ?? words.person.unnamed }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
  const personNames = $derived(new Map(persons.map((p) => [p.id, p.name])));
  const teamList = $derived(teams.data?.items ?? []);
  const teamsById = $derived(new Map(teamList.map((t) => [t.id, t])));
  const cycleList = $derived(
    [...(cycles.data?.items ?? [])].sort((a, b) => b.starts_on.localeCompare(a.starts_on)),
  );
  // Which cycle opens first is a choice of this page, not a rule: the busiest state, then the newest.
  const preferred = $derived(
    [...cycleList].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))[0],
  );
  const cycle = $derived(cycleList.find((c) => c.id === loc.get('cycle')) ?? preferred);

  const ready = $derived(
    [system.data, people.data, teams.data, cycles.data].every((data) => data !== undefined),
  );

  return {
    get system() {
      return system.data;
    },
    get teams() {
      return teamList;
    },
    /** People by name; somebody erased from the directory is still somebody. */
    get persons() {
      return persons;
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
      return ready;
    },
    get error() {
      return system.error ?? people.error ?? teams.error ?? cycles.error;
    },
    get empty() {
      return !people.data?.items.length || !teams.data?.items.length || !cycles.data?.items.length;
    },
    /** The server does not answer, and nothing has been seen of it yet. */
    get unreachable() {
      return system.failureCount > 1 && !system.data;
    },
    /** Who acts: the person picked in local mode, else the one that the key belongs to. */
    get me() {
      return me ?? (self.data?.person_id === 'local' ? null : (self.data?.person_id ?? null));
    },
    /** A team that the acting person belongs to: where their own work usually stands. */
    get myTeam(): string | null {
      const mine = (teams.data?.items ?? []).filter((t) => t.members?.some((m) => m.person_id === this.me));
      return (mine.find((t) => t.kind !== 'lean') ?? mine[0])?.id ?? null;
    },
    /** Whether the role allows it; until it is known nothing is hidden, for the API decides anyway. */
    may(permission: 'audit' | 'write' | 'administer'): boolean {
      return self.data?.may.includes(permission) ?? true;
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
