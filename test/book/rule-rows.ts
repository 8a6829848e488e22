import { open, run, sell, type Step, submit } from './steps';

/** One rule of matching as a story: what the book says, and who is open in the end. */
export interface Row {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly said: readonly string[];
  readonly open?: readonly string[];
}

export function expectRow({ steps, said, open: wanted }: Row): void {
  const { book, said: heard } = run(...steps);
  expect(heard).toEqual(said);
  if (wanted !== undefined) expect(open(book)).toEqual(wanted);
}

export const market = { type: 'market', limitPrice: null } as const;
export const ioc = { timeInForce: 'ioc' } as const;
export const fok = { timeInForce: 'fok' } as const;
export const gtc = { timeInForce: 'gtc' } as const;
export const ask = (id: string, quantity: number, limitPrice: number) =>
  sell(id, { quantity, limitPrice });
export const bid = (id: string, quantity: number, limitPrice: number) =>
  submit(id, { quantity, limitPrice });
