/** A mention is `@` and a person's id in the text that is kept; people read and write the name. */

export interface Named {
  id: string;
  name: string;
}

const MENTION = /@([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g;
/** Signs that Markdown would take for its own. */
const escaped = (name: string) => name.replace(/[\\`*_{}[\]<>()#+\-.!|~]/g, '\\$&');

/** For the reader: names in bold, as Markdown. */
export const shownMentions = (text: string, nameOf: (id: string) => string): string =>
  text.replace(MENTION, (_, id: string) => `**@${escaped(nameOf(id))}**`);

/** For the writer: names instead of ids. */
export const toNames = (text: string, nameOf: (id: string) => string): string =>
  text.replace(MENTION, (_, id: string) => `@${nameOf(id)}`);

/** What is sent: ids instead of the names of people; the longest name wins ("Ana Ruiz" before "Ana"). */
export const toIds = (text: string, people: Named[]): string => {
  let sent = text;
  for (const { id, name } of [...people].sort((a, b) => b.name.length - a.name.length))
    sent = sent.split(`@${name}`).join(`@${id}`);
  return sent;
};

/** The mention that is being typed at the cursor: where it begins and what stands after the `@`. */
export const typed = (text: string, cursor: number): { start: number; word: string } | null => {
  const found = /(?:^|\s)@(\p{L}[\p{L}\p{M}'’\- ]{0,40}|)$/u.exec(text.slice(0, cursor));
  return found ? { start: cursor - (found[1]?.length ?? 0) - 1, word: found[1] ?? '' } : null;
};

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** People whose name has a word that begins so; at most `limit`. */
export const suggested = (word: string, people: Named[], limit = 6): Named[] => {
  const wish = plain(word);
  return people
    .filter(
      ({ name }) =>
        plain(name).startsWith(wish) ||
        plain(name)
          .split(/\s+/)
          .some((w) => w.startsWith(wish)),
    )
    .slice(0, limit);
};
