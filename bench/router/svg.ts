import type { Point } from './curve.ts';

interface Series {
  label: string;
  colour: string;
  points: readonly Point[];
  kind: 'line' | 'dashed' | 'dot';
}

export interface Panel {
  title: string;
  series: readonly Series[];
}

const width = 520;
const height = 400;
const margin = { left: 62, right: 16, top: 40, bottom: 52 };
const legendHeight = 34;

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

interface Scale {
  low: number;
  high: number;
  ticks: number[];
}

/** Round numbers at most `most` apart that enclose the values. */
function scaleOf(values: readonly number[], most: number): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const raw = (high - low || 1) / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return {
    low: first * step,
    high: last * step,
    ticks: Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12))),
  };
}

function label(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escapeXml(content)}</text>`;
}

function panelSvg({ title, series }: Panel, offsetX: number): string {
  const points = series.flatMap((each) => each.points);
  const xScale = scaleOf([0, ...points.map((point) => point.costUsd * 1000)], 6);
  const yScale = scaleOf(
    points.map((point) => point.quality),
    8,
  );
  const x = (cost: number): number =>
    margin.left + ((cost * 1000 - xScale.low) / (xScale.high - xScale.low)) * (width - margin.left - margin.right);
  const y = (quality: number): number =>
    height -
    margin.bottom -
    ((quality - yScale.low) / (yScale.high - yScale.low)) * (height - margin.top - margin.bottom);
  const grid = [
    ...xScale.ticks.map((tick) =>
      label(x(tick / 1000), height - margin.bottom + 18, String(tick), 'text-anchor="middle"'),
    ),
    ...yScale.ticks.flatMap((tick) => [
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}" stroke="#ddd"/>`,
      label(margin.left - 8, y(tick) + 4, String(tick), 'text-anchor="end"'),
    ]),
  ];
  const drawn = series.map(({ points: own, colour, kind }) => {
    if (kind === 'dot') {
      return own
        .map(
          (point) =>
            `<circle cx="${x(point.costUsd).toFixed(1)}" cy="${y(point.quality).toFixed(1)}" r="5" fill="${colour}"/>`,
        )
        .join('');
    }
    const path = own
      .toSorted((a, b) => a.costUsd - b.costUsd)
      .map((point) => `${x(point.costUsd).toFixed(1)},${y(point.quality).toFixed(1)}`)
      .join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${kind === 'dashed' ? ' stroke-dasharray="6 4"' : ''}/>`;
  });
  return [
    `<g transform="translate(${offsetX} 0)">`,
    label(margin.left, 22, title, 'font-weight="bold" font-size="14"'),
    ...grid,
    label((margin.left + width) / 2, height - 14, 'USD for a thousand prompts', 'text-anchor="middle"'),
    label(16, height / 2, 'mean score', `text-anchor="middle" transform="rotate(-90 16 ${height / 2})"`),
    ...drawn,
    '</g>',
  ].join('\n');
}

/** Quality–cost curves side by side, one legend for all (that of the first panel), as an SVG picture. */
export function picture(panels: readonly Panel[]): string {
  const total = width * panels.length;
  const entries = panels[0]?.series ?? [];
  const slot = (total - margin.left) / Math.max(1, entries.length);
  const legend = entries.map(({ label: name, colour, kind }, index) => {
    const left = margin.left + index * slot;
    const mark =
      kind === 'dot'
        ? `<circle cx="${left + 8}" cy="${height + 12}" r="5" fill="${colour}"/>`
        : `<line x1="${left}" x2="${left + 18}" y1="${height + 12}" y2="${height + 12}" stroke="${colour}" stroke-width="2"${kind === 'dashed' ? ' stroke-dasharray="6 4"' : ''}/>`;
    return mark + label(left + 24, height + 16, name);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${total}" height="${height + legendHeight}" viewBox="0 0 ${total} ${height + legendHeight}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<rect width="${total}" height="${height + legendHeight}" fill="#fff"/>`,
    ...panels.map((panel, index) => panelSvg(panel, index * width)),
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}
