/** Where the names of the phases stand below the rail: none cut off, none over another, in their order. */

export interface Label {
  /** Where its phase begins, in pixels. */
  at: number;
  width: number;
}

/** The left edge of each: at its phase where there is room, else pushed aside by its neighbours. */
export const placed = (labels: Label[], total: number): number[] => {
  const lefts: number[] = [];
  let free = 0;
  for (const { at, width } of labels) {
    const left = Math.max(at, free);
    lefts.push(left);
    free = left + width;
  }
  let limit = total;
  for (let i = labels.length - 1; i >= 0; i--) {
    lefts[i] = Math.max(0, Math.min(lefts[i]!, limit - labels[i]!.width));
    limit = lefts[i]!;
  }
  return lefts;
};
