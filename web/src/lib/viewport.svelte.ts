/** How much room there is: what has none is drawn another way, not just smaller. */
const watch = (query: string) => {
  const list = matchMedia(query);
  let matches = $state(list.matches);
  list.addEventListener('change', () => (matches = list.matches));
  return () => matches;
};
const phone = watch('(max-width: 860px)');
const tight = watch('(max-width: 1100px)');

export const viewport = {
  /** One column, a bottom bar, sheets. */
  get phone() {
    return phone();
  },
  /** No room for words in the sidebar. */
  get tight() {
    return tight();
  },
};
