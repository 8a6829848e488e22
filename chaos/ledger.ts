import type { FinalAnswer, Request, Trader } from './client';

/** What one client was told of one order. */
export interface ToldOrder {
  readonly trader: Trader;
  readonly request: Request;
  readonly clientOrderId: string;
  /** 201: taken; 422: refused; what it is for good. */
  readonly status: number;
  readonly orderId: string | null;
  /** Why it was refused; `null` when it was not. */
  readonly code: string | null;
  readonly acceptMs: number;
  readonly attempts: number;
  /** When its first attempt was made, ms since 1970. */
  readonly startedAt: number;
}

/** Everything clients were told, kept by them alone: the broker's rows are held against it. */
export interface Ledger {
  readonly orders: readonly ToldOrder[];
  /** Ids named as taken, replacements included. */
  readonly acknowledgedIds: readonly string[];
  /** Answers that contradict what the same client was told before. */
  readonly contradictions: readonly string[];
  /** Requests that have no answer yet. */
  readonly underWay: number;
  /** Orders taken, replacements excluded. */
  readonly accepted: number;
  begin(): void;
  end(): void;
  noteOrder(order: ToldOrder): void;
  noteReplacement(orderId: string): void;
  contradict(what: string): void;
}

export function createLedger(): Ledger {
  const orders: ToldOrder[] = [];
  const acknowledgedIds: string[] = [];
  const contradictions: string[] = [];
  let underWay = 0;
  let accepted = 0;
  return {
    orders,
    acknowledgedIds,
    contradictions,
    get underWay() {
      return underWay;
    },
    get accepted() {
      return accepted;
    },
    begin() {
      underWay += 1;
    },
    end() {
      underWay -= 1;
    },
    noteOrder(order) {
      orders.push(order);
      if (order.orderId === null) return;
      accepted += 1;
      acknowledgedIds.push(order.orderId);
    },
    noteReplacement(orderId) {
      acknowledgedIds.push(orderId);
    },
    contradict(what) {
      contradictions.push(what);
    },
  };
}

export function toldOrder(request: Request, answer: FinalAnswer): ToldOrder {
  const { client_order_id: clientOrderId } = request.body as { client_order_id: string };
  const taken = answer.status === 201;
  return {
    trader: request.trader,
    request,
    clientOrderId,
    status: answer.status,
    orderId: taken ? String(answer.body['id']) : null,
    code: taken ? null : String(answer.body['code']),
    acceptMs: answer.answeredAt - answer.startedAt,
    attempts: answer.attempts,
    startedAt: answer.startedAt,
  };
}
