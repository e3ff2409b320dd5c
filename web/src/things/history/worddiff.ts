/** Which words of a text went and which came. Loaded when a text that was edited is first shown. */
import { diffWordsWithSpace } from 'diff';

export interface Piece {
  text: string;
  kind: 'same' | 'gone' | 'new';
}

export const piecesOf = (before: string, after: string): Piece[] =>
  diffWordsWithSpace(before, after).map((part) => ({
    text: part.value,
    kind: part.added ? 'new' : part.removed ? 'gone' : 'same',
  }));
