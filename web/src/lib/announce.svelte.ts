/** Live regions and the toast: assertive for a person's own moves, polite for what others changed. */
let urgent = $state('');
let calm = $state('');
let toast = $state.raw<Toast | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

export interface Toast {
  text: string;
  bad: boolean;
  /** Takes back what the toast tells of. */
  undo?: (() => Promise<unknown>) | undefined;
}

/** How long a toast stays: a way back and a refusal want more time than good news. */
const STAYS = { good: 4000, undo: 8000, bad: 9000 };

export const regions = {
  get urgent() {
    return urgent;
  },
  get calm() {
    return calm;
  },
  get toast() {
    return toast;
  },
  closeToast() {
    toast = null;
  },
  /** The clock stands still while somebody points at the toast or has the focus in it. */
  holdToast() {
    clearTimeout(timer);
  },
  letToastGo() {
    if (toast) timer = setTimeout(regions.closeToast, STAYS.good);
  },
};

// A zero-width change makes screen readers speak the same sentence twice in a row.
const again = (before: string, text: string) => (before === text ? `${text}\u200b` : text);
export const announce = (text: string) => {
  urgent = again(urgent, text);
};
export const announceCalmly = (text: string) => {
  calm = again(calm, text);
};

/** Said and shown: for outcomes that people must not miss. */
export const say = (text: string, bad = false, undo?: Toast['undo']) => {
  announce(text);
  toast = { text, bad, undo };
  clearTimeout(timer);
  timer = setTimeout(regions.closeToast, bad ? STAYS.bad : undo ? STAYS.undo : STAYS.good);
};
