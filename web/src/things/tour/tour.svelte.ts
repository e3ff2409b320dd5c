/** Which stop of the tour one is at; null while there is no tour. It survives a reload of the tab. */
const KEY = 'tour';
const kept = sessionStorage.getItem(KEY);
let at = $state<number | null>(kept === null ? null : Number(kept));

export const tour = {
  get at() {
    return at;
  },
  goTo(stop: number | null) {
    at = stop;
    if (stop === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, String(stop));
  },
};
