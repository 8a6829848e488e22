import { type Kysely, sql } from 'kysely';

/**
 * The order state machine as rows, so that a foreign key refuses an illegal transition. Frozen
 * like every migration; a test compares the table with the one in `domain/order/transitions`.
 */
const EDGES = [
  ['none', 'accept', 'new'],
  ['none', 'accept', 'accepted'],
  ['none', 'accept', 'held'],
  ['none', 'reject', 'rejected'],
  ['new', 'trigger', 'new'],
  ['new', 'partial_fill', 'partially_filled'],
  ['new', 'fill', 'filled'],
  ['new', 'request_cancel', 'pending_cancel'],
  ['new', 'cancel', 'canceled'],
  ['new', 'request_replace', 'pending_replace'],
  ['new', 'expire', 'expired'],
  ['new', 'reject', 'rejected'],
  ['accepted', 'activate', 'new'],
  ['accepted', 'activate', 'partially_filled'],
  ['accepted', 'trigger', 'new'],
  ['accepted', 'partial_fill', 'partially_filled'],
  ['accepted', 'fill', 'filled'],
  ['accepted', 'request_cancel', 'pending_cancel'],
  ['accepted', 'cancel', 'canceled'],
  ['accepted', 'expire', 'expired'],
  ['accepted', 'reject', 'rejected'],
  ['held', 'activate', 'new'],
  ['held', 'activate', 'partially_filled'],
  ['held', 'request_cancel', 'pending_cancel'],
  ['held', 'cancel', 'canceled'],
  ['held', 'expire', 'expired'],
  ['held', 'reject', 'rejected'],
  ['partially_filled', 'trigger', 'partially_filled'],
  ['partially_filled', 'partial_fill', 'partially_filled'],
  ['partially_filled', 'fill', 'filled'],
  ['partially_filled', 'request_cancel', 'pending_cancel'],
  ['partially_filled', 'cancel', 'canceled'],
  ['partially_filled', 'request_replace', 'pending_replace'],
  ['partially_filled', 'expire', 'expired'],
  ['pending_cancel', 'activate', 'pending_cancel'],
  ['pending_cancel', 'trigger', 'pending_cancel'],
  ['pending_cancel', 'partial_fill', 'pending_cancel'],
  ['pending_cancel', 'fill', 'filled'],
  ['pending_cancel', 'cancel', 'canceled'],
  ['pending_cancel', 'cancel_reject', 'new'],
  ['pending_cancel', 'cancel_reject', 'partially_filled'],
  ['pending_cancel', 'cancel_reject', 'pending_replace'],
  ['pending_cancel', 'replace', 'replaced'],
  ['pending_cancel', 'replace_reject', 'pending_cancel'],
  ['pending_cancel', 'expire', 'expired'],
  ['pending_cancel', 'reject', 'rejected'],
  ['pending_replace', 'trigger', 'pending_replace'],
  ['pending_replace', 'partial_fill', 'pending_replace'],
  ['pending_replace', 'fill', 'filled'],
  ['pending_replace', 'request_cancel', 'pending_cancel'],
  ['pending_replace', 'cancel', 'canceled'],
  ['pending_replace', 'replace', 'replaced'],
  ['pending_replace', 'replace_reject', 'new'],
  ['pending_replace', 'replace_reject', 'partially_filled'],
  ['pending_replace', 'expire', 'expired'],
  ['pending_replace', 'reject', 'rejected'],
] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  const rows = EDGES.map(([from, event, to]) => sql`(${from}, ${event}, ${to})`);
  await sql`insert into order_status_edges (from_status, event, to_status)
    values ${sql.join(rows)}`.execute(db);
}
