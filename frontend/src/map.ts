/** The map: networks with their devices on the left, whom they talk to on the right, and a line for each conversation. */

import { type TemplateResult, css, nothing, svg } from "lit";
import type { Flow, Row } from "./api";
import { peerName } from "./flows";
import type { Words } from "./words";

const WIDTH = 1000;
const LEFT = 16;
const PILL_PX = 30;
const PLACE_PX = 34;
const PLACES = 14;
/** How far below a device its lines run to the edge of its network: what was let through, and what was held off. */
const BUS = { through: 4, stopped: 8 } as const;

interface Layout {
  /** As many devices at most are drawn so. */
  most: number;
  across: number;
  width: number;
  height: number;
  box: number;
  /** Where the places are. */
  places: number;
  /** Letters of a device's name, and of a place's. */
  letters: number;
  place: number;
}

/** A home with few devices has a line of the drawing for each, so that every flow can be followed with the eye. */
const LAYOUTS: readonly Layout[] = [
  { most: 16, across: 1, width: 330, height: 38, box: 360, places: 660, letters: 36, place: 42 },
  { most: 64, across: 4, width: 158, height: 46, box: 660, places: 780, letters: 17, place: 28 },
  { most: Infinity, across: 18, width: 35, height: 44, box: 660, places: 780, letters: 2, place: 28 },
];

export interface Segment {
  title: string;
  rows: Row[];
}

/** All that one device said to one place. */
interface Line {
  from: string;
  to: string;
  allowed: number;
  held: number;
}

interface Spot {
  x: number;
  y: number;
}

export interface Drawing {
  words: Words;
  segments: readonly Segment[];
  flows: readonly Flow[];
  /** The device whose lines stand out. */
  chosen: string | undefined;
  mayReach(row: Row): boolean;
  choose(id: string | undefined): void;
  go(id: string): void;
}

const cut = (text: string, letters: number): string => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text);

/** Where a flow's line ends: at a device, or at a place that is named. */
function target(words: Words, flow: Flow, drawn: ReadonlySet<string>): string {
  if (flow.peer_asset_id && drawn.has(flow.peer_asset_id)) return flow.peer_asset_id;
  return flow.local ? words.t("map_home") : peerName(flow);
}

/** Flows joined to lines; what goes to more places than are drawn goes to one that stands for all the rest. */
function lines(words: Words, flows: readonly Flow[], drawn: ReadonlySet<string>): { lines: Line[]; places: string[] } {
  const weight = new Map<string, number>();
  for (const flow of flows) {
    const place = target(words, flow, drawn);
    if (!drawn.has(place)) weight.set(place, (weight.get(place) ?? 0) + flow.sent + flow.received + (flow.held ? 1e15 : 0));
  }
  const ranked = [...weight].sort(([, one], [, other]) => other - one).map(([place]) => place);
  const places = ranked.length > PLACES ? ranked.slice(0, PLACES - 1) : ranked;
  const rest = words.t("map_elsewhere", { count: ranked.length - places.length });
  const found = new Map<string, Line>();
  for (const flow of flows) {
    if (!drawn.has(flow.asset_id)) continue;
    const place = target(words, flow, drawn);
    const to = drawn.has(place) || places.includes(place) ? place : rest;
    const key = `${flow.asset_id} ${to}`;
    const line = found.get(key) ?? { from: flow.asset_id, to, allowed: 0, held: 0 };
    found.set(key, { ...line, allowed: line.allowed + flow.allowed, held: line.held + flow.held });
  }
  return { lines: [...found.values()], places: places.length < ranked.length ? [...places, rest] : places };
}

export function map(drawing: Drawing): TemplateResult {
  const { words, segments, flows } = drawing;
  const count = segments.reduce((sum, one) => sum + one.rows.length, 0);
  const layout = LAYOUTS.find((one) => count <= one.most)!;
  const spots = new Map<string, Spot>();
  let top = 16;
  const boxes = segments.map((segment) => {
    const box = { segment, top, height: 48 + Math.ceil(segment.rows.length / layout.across) * layout.height };
    segment.rows.forEach((row, place) => {
      const x = LEFT + 16 + (place % layout.across) * layout.width;
      spots.set(row.id, { x, y: top + 56 + Math.floor(place / layout.across) * layout.height });
    });
    top += box.height + 14;
    return box;
  });
  const { lines: drawn, places } = lines(words, flows, new Set(spots.keys()));
  const height = Math.max(top, 32 + places.length * PLACE_PX);
  const start = (height - places.length * PLACE_PX) / 2 + PLACE_PX / 2;
  const ends = new Map(places.map((place, rank) => [place, { x: layout.places, y: start + rank * PLACE_PX }]));
  return svg`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${words.t("map_label", { count: segments.length, flows: drawn.length })}>
    ${boxes.map(
      (box) => svg`<rect class="box" x=${LEFT} y=${box.top} width=${layout.box} height=${box.height} rx="12" />
        <text class="title" x=${LEFT + 16} y=${box.top + 26}>${box.segment.title} (${box.segment.rows.length})</text>`,
    )}
    ${drawn.map((line) => flow(line, layout, spots, ends, drawing.chosen))}
    ${boxes.flatMap((box) => box.segment.rows.map((row) => device(drawing, row, spots.get(row.id)!, layout)))}
    ${[...ends].map(
      ([place, { x, y }]) => svg`<g><title>${place}</title>
        <circle class="place" cx=${x} cy=${y} r="5" /><text x=${x + 14} y=${y + 5}>${cut(place, layout.place)}</text></g>`,
    )}
  </svg>`;
}

/** From the device to the edge of its network and on to the place, or straight to another device. */
function flow(line: Line, layout: Layout, spots: ReadonlyMap<string, Spot>, ends: ReadonlyMap<string, Spot>, chosen: string | undefined): TemplateResult {
  const kind = line.allowed ? "through" : "stopped";
  const faded = chosen !== undefined && chosen !== line.from && chosen !== line.to;
  const from = spots.get(line.from)!;
  const pill = layout.width - 14;
  const edge = LEFT + layout.box;
  const place = ends.get(line.to);
  const other = spots.get(line.to);
  let path = "";
  let cross: Spot = from;
  if (place) {
    const y = layout.across === 1 ? from.y : from.y + PILL_PX / 2 + BUS[kind];
    const begin = layout.across === 1 ? `M${from.x + pill} ${y}` : `M${from.x + pill / 2} ${from.y + PILL_PX / 2}V${y}`;
    const bend = (place.x - edge) / 2;
    path = `${begin}H${edge}C${edge + bend} ${y} ${place.x - bend} ${place.y} ${place.x} ${place.y}`;
    cross = { x: place.x - 16, y: place.y };
  } else if (other) {
    const bend = edge + 46;
    path = `M${from.x + pill} ${from.y}C${bend} ${from.y} ${bend} ${other.y} ${other.x + pill} ${other.y}`;
    cross = { x: (from.x + other.x + 2 * pill + 6 * bend) / 8, y: (from.y + other.y) / 2 };
  }
  return svg`<g class="flow ${kind} ${faded ? "faded" : ""}">
    <path d=${path} />
    ${line.held ? svg`<path class="cross" d="M${cross.x - 5} ${cross.y - 5}l10 10m0-10l-10 10" />` : nothing}
  </g>`;
}

function device(drawing: Drawing, row: Row, { x, y }: Spot, layout: Layout): TemplateResult {
  const { words } = drawing;
  const open = drawing.mayReach(row);
  const width = layout.width - 14;
  const named = layout.letters > 2;
  return svg`<g
    class="device ${row.standing} ${open ? "open" : ""}"
    @click=${() => drawing.go(row.id)}
    @mouseenter=${() => drawing.choose(row.id)}
    @mouseleave=${() => drawing.choose(undefined)}
  >
    <title>${row.name}: ${words.t(`standing_${row.standing}`)}${row.scopes.internet ? `, ${words.t(open ? "reaches_internet" : "reaches_not")}` : ""}</title>
    <rect x=${x} y=${y - PILL_PX / 2} width=${width} height=${PILL_PX} rx=${named ? PILL_PX / 2 : 8} />
    ${named
      ? svg`<circle cx=${x + 15} cy=${y} r="5" /><text x=${x + 27} y=${y + 5}>${cut(row.name, layout.letters)}</text>`
      : svg`<text class="letters" x=${x + width / 2} y=${y + 5}>${row.name.slice(0, 2)}</text>`}
  </g>`;
}

export const mapStyle = css`
  svg {
    display: block;
    width: 100%;
    min-width: 700px;
    font-size: 13px;
  }
  text {
    fill: var(--primary-text-color);
  }
  .title {
    font-weight: 500;
  }
  .letters {
    text-anchor: middle;
    font-size: 12px;
  }
  .box {
    fill: none;
    stroke: var(--line);
    stroke-width: 1.5;
  }
  .device {
    cursor: pointer;
  }
  .device rect {
    fill: var(--card-background-color, #fff);
    stroke: var(--state, var(--muted));
    stroke-width: 1.5;
    stroke-dasharray: 4 3;
  }
  .device.open rect {
    stroke-dasharray: none;
  }
  .device.quarantined rect {
    stroke-width: 3;
  }
  .device circle {
    fill: var(--state, var(--muted));
  }
  .device:hover rect {
    stroke-width: 3;
  }
  .place {
    fill: var(--primary-text-color);
  }
  .flow path {
    fill: none;
    stroke: var(--primary-color, #03a9f4);
    stroke-width: 1.6;
  }
  .flow.stopped path,
  .flow .cross {
    stroke: var(--bad);
  }
  .flow.stopped path {
    stroke-dasharray: 6 4;
  }
  .flow .cross {
    stroke-width: 2.4;
    stroke-dasharray: none !important;
  }
  .flow.faded {
    opacity: 0.12;
  }
`;
