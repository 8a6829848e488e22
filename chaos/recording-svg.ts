/** Draws a terminal session as one SVG that plays by itself, in a page or in a README. */

export interface TimedLine {
  readonly atMs: number;
  /** May contain the colours of `terminal.ts`. */
  readonly text: string;
}

const COLUMNS = 80;
const ROWS = 26;
const CHARACTER = 8.4;
const LINE = 18;
const MARGIN = 16;
/** Nothing happening is shown no longer than this. */
const LONGEST_PAUSE_MS = 1_500;
/** The end stands this long before it begins again. */
const END_MS = 12_000;

const WIDTH = COLUMNS * CHARACTER + 2 * MARGIN;
const HEIGHT = ROWS * LINE + 2 * MARGIN;
const STYLES: Readonly<Record<string, string>> = { 1: 'b', 31: 'r', 32: 'g', 90: 'd' };

/** @param lines - In the order of their time; longer ones are wrapped, as a terminal does. */
export function renderRecording(lines: readonly TimedLine[]): string {
  const shown = shortenPauses(lines).flatMap(wrap);
  const endMs = Math.round((shown.at(-1)?.atMs ?? 0) + END_MS);
  const percent = (ms: number): string => ((100 * ms) / endMs).toFixed(2);
  const scenes = groupByTime(shown);
  const keyframes = scenes.map(
    ({ atMs }, index) =>
      `@keyframes s${index}{0%,${percent(atMs - 1)}%{visibility:hidden}` +
      `${percent(atMs)}%,100%{visibility:visible}}`,
  );
  const scroll = scenes
    .filter(({ last }) => last >= ROWS)
    .map(
      ({ atMs, last }) => `${percent(atMs)}%{transform:translateY(-${(last - ROWS + 1) * LINE}px)}`,
    );
  const groups = scenes.map(({ texts, first }, index) => {
    const rows = texts.map((text, offset) => drawLine(text, first + offset)).join('');
    return `<g style="animation-name:s${index}">${rows}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"`,
    ` font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14">`,
    `<title>make demo: orders survive kill -9 of everything</title><style>`,
    `text{fill:#d7dce2;white-space:pre}.b{font-weight:700;fill:#fff}.r{fill:#ff7b72}`,
    `.g{fill:#56d364}.d{fill:#8b949e}`,
    `g g{animation:${endMs}ms step-end infinite}`,
    `.scroll{animation:scroll ${endMs}ms step-end infinite}`,
    ...keyframes,
    `@keyframes scroll{0%{transform:none}${scroll.join('')}}`,
    `</style><rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<svg x="${MARGIN}" y="${MARGIN}" width="${WIDTH - 2 * MARGIN}" height="${ROWS * LINE}">`,
    `<g class="scroll">`,
    ...groups,
    `</g></svg></svg>\n`,
  ].join('');
}

function shortenPauses(lines: readonly TimedLine[]): TimedLine[] {
  let cut = 0;
  let before = 0;
  return lines.map(({ atMs, text }) => {
    cut += Math.max(0, atMs - before - LONGEST_PAUSE_MS);
    before = atMs;
    return { atMs: atMs - cut, text };
  });
}

const ESCAPE = '\u001b[';

/** Only lines without colour inside a wrapped part are cut exactly; ours colour whole lines. */
function wrap({ atMs, text }: TimedLine): TimedLine[] {
  const runs = splitRuns(text);
  const length = runs.reduce((sum, run) => sum + run.text.length, 0);
  if (length <= COLUMNS) return [{ atMs, text }];
  const plain = runs.map((run) => run.text).join('');
  const style = runs.find((run) => run.style !== '')?.style;
  const code = Object.keys(STYLES).find((key) => STYLES[key] === style);
  const parts = plain.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? [];
  return parts.map((part) => ({
    atMs,
    text: code === undefined ? part : `${ESCAPE}${code}m${part}${ESCAPE}0m`,
  }));
}

interface Scene {
  readonly atMs: number;
  readonly first: number;
  readonly last: number;
  readonly texts: readonly string[];
}

/** Lines that appear together are one group. */
function groupByTime(lines: readonly TimedLine[]): Scene[] {
  const scenes: Scene[] = [];
  lines.forEach(({ atMs, text }, index) => {
    const current = scenes.at(-1);
    if (current !== undefined && atMs - current.atMs < 40) {
      scenes[scenes.length - 1] = { ...current, last: index, texts: [...current.texts, text] };
    } else scenes.push({ atMs, first: index, last: index, texts: [text] });
  });
  return scenes;
}

function drawLine(text: string, row: number): string {
  if (text === '') return '';
  const spans = splitRuns(text).map((run) =>
    run.style === ''
      ? escapeXml(run.text)
      : `<tspan class="${run.style}">${escapeXml(run.text)}</tspan>`,
  );
  const length = splitRuns(text).reduce((sum, run) => sum + run.text.length, 0);
  // The length is given so that every font on every machine has the same columns.
  const width = (length * CHARACTER).toFixed(1);
  const y = row * LINE + 13;
  return `<text y="${y}" textLength="${width}" xml:space="preserve">${spans.join('')}</text>`;
}

interface Run {
  readonly style: string;
  readonly text: string;
}

function splitRuns(text: string): Run[] {
  return text
    .split(ESCAPE)
    .map((part, index) => {
      if (index === 0) return { style: '', text: part };
      const end = part.indexOf('m');
      return { style: STYLES[part.slice(0, end)] ?? '', text: part.slice(end + 1) };
    })
    .filter((run) => run.text !== '');
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
