/** What a person reads: short lines, colours only where they are one. */
export interface Terminal {
  /** A heading for what happens next. */
  step(text: string): void;
  /** Something that happened. */
  say(text: string): void;
  /** A promise that was seen to hold. */
  good(text: string): void;
  /** A promise that was broken. */
  bad(text: string): void;
  /** Something for the curious. */
  quiet(text: string): void;
  plain(text: string): void;
}

const COLORS = { bold: 1, red: 31, green: 32, dim: 90 } as const;

/** @param colored - Whether escape sequences are understood at the other end. */
export function createTerminal(write: (text: string) => void, colored: boolean): Terminal {
  const paint = (color: keyof typeof COLORS, text: string): string =>
    colored ? `\u001b[${COLORS[color]}m${text}\u001b[0m` : text;
  const line = (text: string): void => write(`${text}\n`);
  return {
    step: (text) => line(`\n${paint('bold', `> ${text}`)}`),
    say: (text) => line(`  ${text}`),
    good: (text) => line(`  ${paint('green', 'ok')} ${text}`),
    bad: (text) => line(`  ${paint('red', 'BROKEN')} ${text}`),
    quiet: (text) => line(`  ${paint('dim', text)}`),
    plain: line,
  };
}

/** Colour is for people: at a terminal, unless they said no; or where a recording asks for it. */
export function wantsColor(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (environment['NO_COLOR']) return false;
  return isTerminal || environment['FORCE_COLOR'] === '1';
}
