const BAR_WIDTH = 24;
const PERCENT_STEP = 20;

/** A progress bar as text, such as `[██████░░░░]  60%`; fraction from 0 to 1. */
export function renderBar(fraction, width = BAR_WIDTH) {
  const bounded = Math.min(1, Math.max(0, fraction));
  const filled = Math.round(bounded * width);
  const percent = String(Math.floor(bounded * 100)).padStart(3);
  return `[${'█'.repeat(filled)}${'░'.repeat(width - filled)}] ${percent}%`;
}

/**
 * Shows several steps that run at the same time: bars that redraw themselves on a terminal, otherwise a line each 20%.
 * @param {{isTTY?: boolean, columns?: number, write(text: string): unknown}} stream
 */
export function createProgress(stream = process.stderr) {
  const active = new Map();
  let drawnLines = 0;

  const erase = () => {
    if (drawnLines > 0) stream.write(`\x1b[${drawnLines}A\x1b[0J`);
    drawnLines = 0;
  };
  const draw = () => {
    if (!stream.isTTY) return;
    const columns = stream.columns ?? 80;
    for (const [name, state] of active) {
      const text =
        state.fraction === undefined
          ? `  ${name}: ${state.what} …`
          : `  ${name}: ${state.what} ${renderBar(state.fraction)}`;
      stream.write(`${text.slice(0, columns - 1)}\n`);
    }
    drawnLines = active.size;
  };
  const say = (line) => {
    if (stream.isTTY) erase();
    stream.write(`${line}\n`);
    draw();
  };

  /** Announces a long step. `report(fraction)` moves its bar, `done(text)` and `fail(text)` end it. */
  const begin = (name, what) => {
    const startedAtMs = Date.now();
    const state = { what, fraction: undefined, shownPercent: 0 };
    if (!stream.isTTY) say(`  ${name}: ${what} …`);
    active.set(name, state);
    if (stream.isTTY) {
      erase();
      draw();
    }
    const end = (mark, text) => {
      active.delete(name);
      say(`${mark} ${name}: ${text} (${((Date.now() - startedAtMs) / 1000).toFixed(1)} s)`);
    };
    return {
      what(text) {
        state.what = text;
        state.fraction = undefined;
        state.shownPercent = 0;
        if (!stream.isTTY) return say(`  ${name}: ${text} …`);
        erase();
        draw();
      },
      report(fraction) {
        state.fraction = Math.min(0.99, fraction);
        const percent = Math.floor((state.fraction * 100) / PERCENT_STEP) * PERCENT_STEP;
        if (stream.isTTY) {
          erase();
          draw();
        } else if (percent > state.shownPercent) {
          state.shownPercent = percent;
          say(`  ${name}: ${state.what} ${percent}%`);
        }
      },
      done: (text) => end('✓', text),
      fail: (text) => end('✗', text),
    };
  };
  return { begin, say };
}
