/** A line of what was seen within the band of what is usual, drawn in SVG. */

import { type TemplateResult, css, nothing, svg } from "lit";
import type { Hour } from "./api";

export interface Axes {
  amount(value: number): string;
  day(time: number): string;
  hour(time: number): string;
}

const HEIGHT = 240;
const LEFT = 64;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 44;
const HOURS = 3600;
const TICKS = 4;
/** Least room, in pixels, between two hours that are named. */
const HOUR_PX = 44;

/** Whether more was seen than is usual. */
export const isAbove = (hour: Hour): boolean => hour.high !== null && hour.most > hour.high;

/** Round upwards to a figure that people count in. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 1.5, 2, 3, 4, 6, 8, 10].map((step) => step * power).find((one) => one >= value) ?? value;
}

/** Stretches of points of which something is known. */
function stretches<T>(points: readonly Hour[], known: (point: Hour) => T | null): [Hour, T][][] {
  const found: [Hour, T][][] = [];
  let current: [Hour, T][] = [];
  for (const point of points) {
    const one = known(point);
    if (one !== null) current.push([point, one]);
    if ((one === null || point === points.at(-1)) && current.length) {
      found.push(current);
      current = [];
    }
  }
  return found;
}

/** Draw hours; with `marks` those above what is usual are marked. */
export function chart(points: readonly Hour[], width: number, label: string, axes: Axes, marks: boolean): TemplateResult {
  const first = points[0]?.start ?? 0;
  const last = points.at(-1)?.start ?? 1;
  const most = rounded(Math.max(1, ...points.map((point) => Math.max(point.most, point.high ?? 0))));
  const x = (time: number) => LEFT + ((time - first) / Math.max(1, last - first)) * (width - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
  const path = (corners: [number, number][]) => corners.map(([time, value], place) => `${place ? "L" : "M"}${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const bands = stretches(points, ({ low, high }) => (low === null || high === null ? null : ([low, high] as const)));
  const hourPx = x(first + HOURS) - x(first);
  const every = [6, 12, 24].find((hours) => hours * hourPx >= HOUR_PX) ?? 48;
  return svg`<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${label}>
    ${Array.from({ length: TICKS + 1 }, (_, tick) => (most * tick) / TICKS).map(
      (value) => svg`<line class="grid" x1=${LEFT} x2=${width - RIGHT} y1=${y(value)} y2=${y(value)} />
        <text class="end" x=${LEFT - 8} y=${y(value) + 4}>${axes.amount(value)}</text>`,
    )}
    ${points
      .filter((point) => new Date(point.start * 1000).getHours() % every === 0)
      .map((point) => {
        const midnight = new Date(point.start * 1000).getHours() === 0;
        return svg`<line class="grid" x1=${x(point.start)} x2=${x(point.start)} y1=${HEIGHT - BOTTOM} y2=${HEIGHT - BOTTOM + (midnight ? 24 : 6)} />
          <text class="middle" x=${x(point.start)} y=${HEIGHT - BOTTOM + 18}>${every < 24 ? axes.hour(point.start) : ""}</text>
          ${midnight && x(point.start) < width - 60 ? svg`<text x=${x(point.start) + 4} y=${HEIGHT - 6}>${axes.day(point.start)}</text>` : nothing}`;
      })}
    ${bands.map(
      (band) =>
        svg`<path class="band" d="${path(band.map(([point, [, high]]) => [point.start, high]))}${path(band.map(([point, [low]]) => [point.start, low] as [number, number]).reverse()).replace("M", "L")}Z" />`,
    )}
    ${stretches(points, (point) => point.typical).map((line) => svg`<path class="typical" d=${path(line.map(([point, value]) => [point.start, value]))} />`)}
    <path class="seen" d=${path(points.slice(Math.max(0, points.findIndex((point) => point.total > 0) - 1)).map((point) => [point.start, point.most]))} />
    ${points.filter((point) => marks && isAbove(point)).map((point) => {
      const [cx, cy] = [x(point.start), y(point.most)];
      return svg`<path class="above" d="M${cx} ${cy - 6}l6 6-6 6-6-6Z" />`;
    })}
  </svg>`;
}

export const chartStyle = css`
  svg {
    display: block;
    width: 100%;
    font-size: 12px;
  }
  svg text {
    fill: var(--muted);
  }
  .end {
    text-anchor: end;
  }
  .middle {
    text-anchor: middle;
  }
  .grid {
    stroke: var(--line);
  }
  .band {
    fill: var(--primary-color, #03a9f4);
    fill-opacity: 0.18;
  }
  .typical {
    fill: none;
    stroke: var(--primary-color, #03a9f4);
    stroke-dasharray: 3 4;
  }
  .seen {
    fill: none;
    stroke: var(--primary-text-color);
    stroke-width: 2;
    stroke-linejoin: round;
  }
  .above {
    fill: var(--bad);
    stroke: var(--card-background-color, #fff);
  }
`;
