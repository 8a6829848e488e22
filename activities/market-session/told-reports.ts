import { sql, type Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import type { BellRinger } from '../bell-ringer';

export interface ToldSoFar {
  /** Up to which sequence earlier sessions have told. */
  readonly told: number;
  /** The last sequence there is. */
  readonly reported: number;
  /** Reports of one look at most. */
  readonly perLook?: number;
}

/** Reports of a symbol, which are numbered without a gap. */
export interface ReportRange {
  readonly symbol: string;
  /** Excluded. */
  readonly after: number;
  readonly upTo: number;
}

export interface ReportedWorkflow {
  readonly workflowId: string;
  /** Of its newest report in the range. */
  readonly sequence: number;
}

export type FindReported = (range: ReportRange) => Promise<readonly ReportedWorkflow[]>;

/** Reports whose orders one look tells at most. */
const REPORTS_PER_LOOK = 2_000;
/** Looks that pass between two tries at most, while rings are given up again and again. */
const LONGEST_REST = 12;

/**
 * How far the reports of a symbol were told to their orders. The number is stored with each step,
 * so what a session that died had stored and not told, the next one tells: also reports that are
 * settled, because the order that settles a report need not be the one it is about, and that one
 * would wait for a ring that nobody owes it any more.
 */
export class ToldReports {
  private readonly ringer: BellRinger;
  private readonly symbol: string;
  private readonly perLook: number;
  /** Every report up to it was given to the ringer, but for those that are owed. */
  private given: number;
  private owed: { readonly after: number; readonly upTo: number } | null;
  /** Looks to let pass after this try, and how many of them are left. */
  private rest = 0;
  private resting = 0;

  constructor(
    ringer: BellRinger,
    symbol: string,
    { told, reported, perLook = REPORTS_PER_LOOK }: ToldSoFar,
  ) {
    this.ringer = ringer;
    this.symbol = symbol;
    this.perLook = perLook;
    this.given = reported;
    this.owed = told < reported ? { after: told, upTo: reported } : null;
  }

  /** The sequence up to which every order was told for certain. */
  get told(): number {
    const given = this.owed?.after ?? this.given;
    const owedFrom = this.ringer.owedFrom(this.symbol);
    return owedFrom === null ? given : Math.min(given, owedFrom - 1);
  }

  /** The orders of all reports up to `sequence` are with the ringer. */
  give(sequence: number): void {
    this.given = sequence;
  }

  /** Rings for what is owed: by an earlier session, or because a ring of ours was given up. */
  async tellOwed(find: FindReported): Promise<void> {
    const { ringer, symbol } = this;
    if (this.resting > 0) {
      this.resting -= 1;
      return;
    }
    this.takeGivenUp();
    if (this.owed === null) return;
    const { after, upTo } = this.owed;
    const last = Math.min(upTo, after + this.perLook);
    const found = await find({ symbol, after, upTo: last });
    for (const { workflowId, sequence } of found) {
      ringer.ring(workflowId, { symbol, price: null, sequence });
    }
    this.owed = last === upTo ? null : { after: last, upTo };
  }

  private takeGivenUp(): void {
    const from = this.ringer.takeGivenUp(this.symbol);
    // One workflow that cannot be rung must not have all that came after it rung for ever.
    this.rest = from === null ? 0 : Math.min(LONGEST_REST, 2 * this.rest + 1);
    this.resting = this.rest;
    if (from === null) return;
    this.owed = { after: Math.min(from - 1, this.owed?.after ?? from - 1), upTo: this.given };
  }
}

/**
 * The workflows of reports, settled or not, the oldest report first. Reports are found by their
 * ids: those of a symbol are numbered without a gap, and an index on the number would cost each of
 * them a tenth of its price.
 */
export function findReportedIn(db: Kysely<Database>): FindReported {
  return async ({ symbol, after, upTo }) => {
    const { rows } = await sql<Row>`
      select o.workflow_id, max(r.sequence) as sequence
      from generate_series(${after + 1}::bigint, ${upTo}::bigint) as n(sequence)
      join execution_reports r on r.report_id = ${symbol}::text || '-' || n.sequence
      join orders o on o.order_id = r.order_id
      group by o.workflow_id order by min(r.sequence)`.execute(db);
    return rows.map(({ workflow_id: workflowId, sequence }) => {
      return { workflowId, sequence: Number(sequence) };
    });
  };
}

interface Row {
  readonly workflow_id: string;
  readonly sequence: string;
}
