/** Live regions: assertive for a person's own moves, polite for what others changed. */
let urgent = $state('');
let calm = $state('');
let toast = $state<{ text: string; bad: boolean } | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

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
export const say = (text: string, bad = false) => {
  announce(text);
  toast = { text, bad };
  clearTimeout(timer);
  timer = setTimeout(() => (toast = null), bad ? 9000 : 4000);
};
