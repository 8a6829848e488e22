import fc from 'fast-check';
import { type BellRinger, createBellRinger } from '../bell-ringer';
import { type ReportRange, ToldReports } from './told-reports';

const SYMBOL = 'SPY';
/** Small, so that rings are given up and looks end in the middle. */
const TIGHT = { inFlight: 2, capacity: 3, perLook: 3 };

interface Sent {
  readonly workflowId: string;
  readonly finish: (error?: Error) => void;
}

/** A symbol whose sessions die and follow each other; only what is stored outlives them. */
class ReportedSymbol {
  /** Whose report each sequence is; the first is 1. */
  private readonly reports: string[] = [];
  private storedTold = 0;
  /** Per workflow the last report that was stored when it was last rung. */
  private readonly heard = new Map<string, number>();
  private sent: Sent[] = [];
  private ringer: BellRinger = this.createRinger();
  private told: ToldReports = this.openReports();

  /** One step is stored; then its orders are told, unless the session dies in between. */
  step(workflows: readonly string[], dies: boolean): void {
    this.storedTold = this.told.told;
    const first = this.reports.length + 1;
    this.reports.push(...workflows);
    if (dies) return this.die();
    workflows.forEach((workflowId, index) => this.ring(workflowId, first + index));
    this.told.give(this.reports.length);
  }

  /** The next session looks later: it steps beside its looks. */
  die(): void {
    // Whatever the dead process had under way never arrives.
    this.sent = [];
    this.ringer = this.createRinger();
    this.told = this.openReports();
  }

  async look(): Promise<void> {
    await this.told.tellOwed((range) => Promise.resolve(this.find(range)));
  }

  /** One signal arrives, or fails for good. */
  async finish(pick: number, error?: Error): Promise<void> {
    const [one] = this.sent.splice(pick % Math.max(1, this.sent.length), 1);
    if (one === undefined) return;
    // An order that is rung books all that is stored by then.
    if (error === undefined) this.heard.set(one.workflowId, this.reports.length);
    one.finish(error);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** No trouble any more: everything is delivered, and a session looks from time to time. */
  async rest(): Promise<void> {
    for (let round = 0; round < 60; round += 1) {
      await this.look();
      while (this.sent.length > 0) await this.finish(0);
    }
  }

  /** Workflows with a report that they were not rung for. */
  deaf(): string[] {
    const last = new Map(this.reports.map((workflowId, index) => [workflowId, index + 1]));
    return [...last]
      .filter(([workflowId, sequence]) => (this.heard.get(workflowId) ?? 0) < sequence)
      .map(([workflowId]) => workflowId);
  }

  get everythingIsTold(): boolean {
    return this.told.told === this.reports.length;
  }

  private ring(workflowId: string, sequence: number): void {
    this.ringer.ring(workflowId, { symbol: SYMBOL, price: null, sequence });
  }

  private createRinger(): BellRinger {
    return createBellRinger({
      ...TIGHT,
      send: (workflowId) =>
        new Promise((resolve, reject) => {
          const finish = (error?: Error) => (error === undefined ? resolve() : reject(error));
          this.sent.push({ workflowId, finish });
        }),
      onError: () => undefined,
    });
  }

  private openReports(): ToldReports {
    const sofar = { told: this.storedTold, reported: this.reports.length };
    return new ToldReports(this.ringer, SYMBOL, { ...sofar, perLook: TIGHT.perLook });
  }

  private find({ after, upTo }: ReportRange) {
    const found = new Map<string, number>();
    for (let sequence = after + 1; sequence <= upTo; sequence += 1) {
      found.set(this.reports[sequence - 1] ?? '', sequence);
    }
    return Promise.resolve([...found].map(([workflowId, sequence]) => ({ workflowId, sequence })));
  }
}

type Move =
  | { readonly kind: 'step'; readonly workflows: readonly string[]; readonly dies: boolean }
  | { readonly kind: 'arrives' | 'fails'; readonly pick: number }
  | { readonly kind: 'dies' | 'look' };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      workflows: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 4 }),
      dies: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('arrives' as const, 'arrives' as const, 'fails' as const),
      pick: fc.nat(5),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('dies' as const, 'look' as const) }),
  },
);

test('whoever is reported on is rung after it, whichever rings and sessions are lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 30 }), async (moves) => {
      const symbol = new ReportedSymbol();
      for (const one of moves) {
        if (one.kind === 'step') symbol.step(one.workflows, one.dies);
        else if (one.kind === 'arrives') await symbol.finish(one.pick);
        else if (one.kind === 'fails') await symbol.finish(one.pick, new Error('away'));
        else if (one.kind === 'dies') symbol.die();
        else await symbol.look();
      }
      await symbol.rest();
      expect(symbol.deaf()).toEqual([]);
      expect(symbol.everythingIsTold).toBe(true);
    }),
    { numRuns: 300 },
  );
});
