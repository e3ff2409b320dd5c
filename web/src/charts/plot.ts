/** Geometry of charts over time. d3 does the arithmetic, the components draw; no number is judged here. */
import { bisectCenter, extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { curveLinear, curveStepAfter, line } from 'd3-shape';
import { addDays, fromLocalInput, localDay, shortDay } from '../lib/time';

export interface Point {
  at: number;
  value: number | null;
}
export interface Line {
  points: Point[];
  /** Main is solid and thick, expected dashed, target a thin step. */
  look: 'main' | 'expected' | 'target';
}
export interface Dot extends Point {
  /** Hollow: it counts no more. */
  hollow?: boolean;
}
export interface Mark {
  at: number;
  sign: string;
}
/** What can be read at one moment: by pointing, by arrow keys, and as a row of the table. */
export interface Stop {
  at: number;
  title: string;
  /** One for each column. */
  cells: string[];
  notes: string[];
}
export interface Tick {
  at: number;
  label: string;
}

export interface Box {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}
export const boxOf = (width: number, height: number): Box => ({
  width,
  height,
  left: 48,
  right: 14,
  top: 18,
  bottom: 26,
});

/** Horizontal place of an instant; what lies outside stands at the edge. */
export const timeScale = (from: number, to: number, box: Box) =>
  scaleLinear()
    .domain([from, Math.max(to, from + 1)])
    .range([box.left, box.width - box.right])
    .clamp(true);

/** Vertical place of a value, over nice round bounds around all there is to draw. */
export const valueScale = (values: (number | null)[], box: Box, bounds?: [number, number] | undefined) => {
  const [least, most] = bounds ?? extent(values.filter((each): each is number => each !== null));
  const low = least ?? 0;
  const high = most ?? 1;
  const room = low === high ? Math.abs(low) || 1 : 0;
  const scale = scaleLinear()
    .domain([low - room / 2, high + room / 2])
    .range([box.height - box.bottom, box.top]);
  return bounds ? scale.clamp(true) : scale.nice(5);
};

/** The path of a line; where there is no value it is broken. */
export const pathOf = (each: Line, x: (at: number) => number, y: (value: number) => number): string =>
  line<Point>()
    .defined((point) => point.value !== null)
    .x((point) => x(point.at))
    .y((point) => y(point.value ?? 0))
    .curve(each.look === 'target' ? curveStepAfter : curveLinear)(each.points) ?? '';

/** Days along the axis, as far apart as the width allows, each at its local midnight. */
export const dayTicks = (from: number, to: number, zone: string, most: number): Tick[] => {
  const days = Math.max(1, Math.round((to - from) / 86_400_000));
  const step = [1, 2, 7, 14, 28, 42, 91].find((each) => days / each <= most) ?? 182;
  const found: Tick[] = [];
  for (let day = localDay(from, zone); ; day = addDays(day, step)) {
    const at = fromLocalInput(`${day}T00:00`, zone);
    if (at >= to) return found;
    if (at >= from) found.push({ at, label: shortDay(at, zone) });
  }
};

/** The stop nearest to an instant; -1 if there is none. */
export const nearest = (stops: Stop[], at: number): number =>
  stops.length
    ? bisectCenter(
        stops.map((stop) => stop.at),
        at,
      )
    : -1;
