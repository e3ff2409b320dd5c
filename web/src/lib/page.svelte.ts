/** What the page on show calls itself, and the position it reflects (for the title and for print). */
let title = $state('');
let position = $state<number | null>(null);
export const page = {
  get title() {
    return title;
  },
  set title(value: string) {
    title = value;
  },
  get position() {
    return position;
  },
  set position(value: number | null) {
    position = value;
  },
};
