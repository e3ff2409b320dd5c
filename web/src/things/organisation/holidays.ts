/** Days as people write them, one a line: the day, then what it is called. */

export interface Holiday {
  on: string;
  name?: string;
}

/** What the lines say, or the first line that does not begin with a day. */
export const holidaysOf = (text: string): { days: Holiday[] } | { bad: string } => {
  const days: Holiday[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (!line) continue;
    const found = /^(\d{4}-\d\d-\d\d)(?:\s+(.*))?$/.exec(line);
    if (!found) return { bad: line };
    const name = found[2]?.trim();
    days.push({ on: found[1]!, ...(name ? { name } : {}) });
  }
  return { days };
};
