import { type Share, windowMs } from './shares.ts';
import type { ShiftedStrategy, ShownTrouble } from './scenario.ts';

const width = 900;
const panelHeight = 150;
const margin = { left: 130, right: 16, top: 34, bottom: 34 };
const plotWidth = width - margin.left - margin.right;
const plotHeight = panelHeight - 34;
const colours = { slow: '#f6e3c5', erroring: '#f3cfcf' } as const;

/** Shares of the first deployment over time, one panel a strategy, with the time of its troubles shaded, as SVG. */
export function picture(
  panels: readonly { strategy: ShiftedStrategy; shares: readonly Share[] }[],
  troubles: readonly ShownTrouble[],
  endMs: number,
): string {
  const height = margin.top + panels.length * panelHeight + margin.bottom;
  const x = (atMs: number): string => (margin.left + (atMs / endMs) * plotWidth).toFixed(1);
  const panel = ({ strategy, shares }: (typeof panels)[number], index: number): string[] => {
    const top = margin.top + index * panelHeight;
    const y = (share: number): string => (top + (1 - share) * plotHeight).toFixed(1);
    const points = shares.map(({ fromMs, share }) => `${x(fromMs + windowMs / 2)},${y(share)}`).join(' ');
    return [
      ...troubles.map(
        ({ kind, fromMs, untilMs }) =>
          `<rect x="${x(fromMs)}" y="${top}" width="${(((untilMs - fromMs) / endMs) * plotWidth).toFixed(1)}" height="${plotHeight}" fill="${colours[kind]}"/>`,
      ),
      ...[0, 0.5, 1].flatMap((share) => [
        `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(share)}" y2="${y(share)}" stroke="#ddd"/>`,
        text(margin.left - 8, Number(y(share)) + 4, `${share * 100}%`, 'text-anchor="end"'),
      ]),
      text(12, top + plotHeight / 2, strategy, 'font-weight="bold"'),
      `<polyline points="${points}" fill="none" stroke="#0a6ebd" stroke-width="2"/>`,
    ];
  };
  const seconds = Array.from({ length: Math.floor(endMs / 10_000) + 1 }, (_, index) => index * 10);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(margin.left, 16, 'Share of requests that go to the preferred deployment first'),
    ...troubles.map(({ kind, fromMs }) => text(Number(x(fromMs)) + 2, 30, `it is ${kind}`, 'fill="#666"')),
    ...panels.flatMap(panel),
    ...seconds.map((second) => text(Number(x(second * 1000)), height - 12, `${second} s`, 'text-anchor="middle"')),
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${content}</text>`;
}
