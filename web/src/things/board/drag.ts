/** Mouse and touch dragging by pragmatic-drag-and-drop, as Svelte attachments. */
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { attachClosestEdge, extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge';

export interface Over {
  column: string;
  card: string | null;
  below: boolean;
}

/** A card: can be picked up, and tells above or below which half the pointer is. */
export const dragCard =
  (id: () => string, column: () => string, enabled: () => boolean) => (element: HTMLElement) =>
    combine(
      draggable({ element, canDrag: enabled, getInitialData: () => ({ card: id() }) }),
      dropTargetForElements({
        element,
        getData: ({ input }) =>
          attachClosestEdge(
            { over: id(), column: column() },
            { element, input, allowedEdges: ['top', 'bottom'] },
          ),
      }),
    );

export const dropColumn = (column: () => string) => (element: HTMLElement) =>
  dropTargetForElements({ element, getData: () => ({ column: column() }) });

/** Watch the whole board; `over` follows the pointer, `drop` ends the gesture. */
export const watchDrags = (listen: {
  start: (id: string) => void;
  over: (over: Over | null) => void;
  drop: (id: string, over: Over | null) => void;
}) => {
  const read = (targets: { data: Record<string | symbol, unknown> }[]): Over | null => {
    const card = targets.find((target) => typeof target.data['over'] === 'string')?.data;
    const column = targets.find((target) => typeof target.data['column'] === 'string')?.data['column'];
    if (typeof column !== 'string') return null;
    return {
      column,
      card: card ? String(card['over']) : null,
      below: card ? extractClosestEdge(card) === 'bottom' : true,
    };
  };
  return monitorForElements({
    onDragStart: ({ source }) => listen.start(String(source.data['card'])),
    onDrag: ({ location }) => listen.over(read(location.current.dropTargets)),
    onDropTargetChange: ({ location }) => listen.over(read(location.current.dropTargets)),
    onDrop: ({ source, location }) =>
      listen.drop(String(source.data['card']), read(location.current.dropTargets)),
  });
};
