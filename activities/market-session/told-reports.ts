import { sql, type Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import type { BellRinger } from '../bell-ringer';

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
  /** Every report up to it was given to the ringer, but for those that are owed. */
  private given: number;
  private owed: { readonly after: number; readonly upTo: number } | null;
  /** Looks to let pass after this try, and how many of them are left. */
  private rest = 0;
  private resting = 0;

  /**
   * @param told - Up to which sequence earlier sessions have told.
   * @param reported - The last sequence there is.
   */
  constructor(ringer: BellRinger, symbol: string, told: number, reported: number) {
    this.ringer = ringer;
    this.symbol = symbol;
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
  async tellOwed(db: Kysely<Database>): Promise<void> {
    const { ringer, symbol } = this;
    if (this.resting > 0) {
      this.resting -= 1;
      return;
    }
    this.takeGivenUp();
    if (this.owed === null) return;
    const { after, upTo } = this.owed;
    const rows = await findReportedWorkflows(db, symbol, after, upTo);
    for (const { workflow_id: workflowId, sequence } of rows) {
      ringer.ring(workflowId, { symbol, price: null, sequence: Number(sequence) });
    }
    const last = Math.max(...rows.map(({ sequence }) => Number(sequence)));
    const reports = rows.reduce((sum, row) => sum + row.reports, 0);
    this.owed = reports < REPORTS_PER_LOOK ? null : { after: last, upTo };
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

interface ReportedWorkflow {
  readonly workflow_id: string;
  readonly sequence: string;
  readonly reports: number;
}

/** The workflows of the first reports of a range, settled or not, with the newest of each. */
async function findReportedWorkflows(
  db: Kysely<Database>,
  symbol: string,
  after: number,
  upTo: number,
): Promise<ReportedWorkflow[]> {
  const { rows } = await sql<ReportedWorkflow>`
    select o.workflow_id, max(r.sequence) as sequence, count(*)::integer as reports
    from (
      select order_id, sequence from execution_reports
      where symbol = ${symbol} and sequence > ${after} and sequence <= ${upTo}
      order by sequence limit ${REPORTS_PER_LOOK}
    ) r join orders o on o.order_id = r.order_id
    group by o.workflow_id order by min(r.sequence)`.execute(db);
  return rows;
}
