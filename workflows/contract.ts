/**
 * Everything another part may know of the workflows: queues, ids, messages and their shapes.
 * Values cross process borders as JSON, so every amount is decimal text.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { SelfTradePrevention } from '../domain/book/types';
import type {
  ListRole,
  OrderClass,
  OrderStatus,
  OrderType,
  PositionIntent,
  Side,
  TimeInForce,
} from '../domain/order/order';
import type { RefusalCode } from '../domain/refusal';

export const TASK_QUEUES = { orders: 'orders', feed: 'feed', platform: 'platform' } as const;

export const WORKFLOW_TYPES = {
  order: 'orderWorkflow',
  feed: 'feedWorkflow',
  reconcile: 'reconcileWorkflow',
  accountReset: 'accountResetWorkflow',
} as const;

/** One workflow per root order: a chain of replacements and an order list live in their root's. */
export const orderWorkflowId = (rootId: string): string => `order:${rootId}`;
export const feedWorkflowId = (symbol: string): string => `feed:${symbol}`;
/** An epoch ends once: whoever asks again while it does finds the same run. */
export const accountResetWorkflowId = (accountId: string, epoch: number): string =>
  `reset:${accountId}:${epoch}`;
/** What an operator wants of orders that lost their workflow, when there are too many to guess. */
export interface ReconcileInput {
  /** `continue`: they live on from their rows; `cancel`: through the book. */
  readonly orphans: 'continue' | 'cancel';
}

export const RECONCILE_SCHEDULE_ID = 'reconcile';

/** What the Temporal UI can filter orders by; the namespace must know them before any order. */
export const SEARCH_ATTRIBUTES = {
  EverfillAccount: 'Keyword',
  EverfillSymbol: 'Keyword',
  EverfillStatus: 'Keyword',
  EverfillSide: 'Keyword',
} as const;

/** One of them with its value, for the client that starts a workflow. */
export function searchAttribute(name: keyof typeof SEARCH_ATTRIBUTES, value: string) {
  return { key: { name, type: 'KEYWORD' as const }, value };
}

/** An order as its owner asked for it; the API has parsed and checked every field. */
export interface OrderInstruction {
  readonly orderId: string;
  readonly accountId: string;
  readonly epoch: number;
  readonly clientOrderId: string;
  /** Hash of the request's meaning: tells a replay of a POST from a conflict. */
  readonly fingerprint: string;
  /** Names the one POST that created the order; a replay carries another. */
  readonly requestId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** `null` when `notional` says how much. */
  readonly quantity: string | null;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  readonly postOnly: boolean;
  readonly extendedHours: boolean;
  // What came later is absent in runs that were started before it.
  /** USD to buy or sell for. */
  readonly notional?: string | null;
  readonly trailPrice?: string | null;
  /** In per cent. */
  readonly trailPercent?: string | null;
  readonly positionIntent?: PositionIntent | null;
  readonly selfTradePrevention?: SelfTradePrevention;
  readonly orderClass?: OrderClass;
  /** The other members of its order list, which live and die with it. */
  readonly legs?: readonly LegInstruction[];
  /** Placed by the platform to cover a margin call: it needs no buying power. */
  readonly forced?: true;
  /** RFC 3339; accepting later than this refuses with `stale_order`. `null`: no limit (202). */
  readonly acceptBefore: string | null;
}

/** An exit of an order list; everything else it has from the order it comes with. */
export interface LegInstruction {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly role: Exclude<ListRole, 'entry'>;
  readonly side: Side;
  readonly type: OrderType;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
}

export type OrderWorkflowInput =
  | { readonly mode: 'place'; readonly order: OrderInstruction }
  /** After continue-as-new, or after a terminated run: everything else is read from the rows. */
  | {
      readonly mode: 'resume';
      readonly rootId: string;
      readonly accountId: string;
      readonly symbol: string;
      readonly cancel: boolean;
    };

/** What acceptance decided; the API compares `fingerprint` and `requestId` with its own. */
export interface AcceptVerdict {
  readonly orderId: string;
  readonly fingerprint: string;
  readonly requestId: string;
  readonly status: OrderStatus;
  readonly rejectReason: RefusalCode | null;
  /** RFC 3339. Absent in verdicts of runs from before it was told. */
  readonly acceptedAt?: string;
}

/** How one row of a root stands after a settlement. */
export interface OrderProgress {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly quantity: string;
  readonly filledQuantity: string;
  readonly averageFillPrice: string | null;
  /** Absent for orders of their own. */
  readonly listRole?: ListRole;
}

/** How a root stands: `closed` when no row of it can change any more. */
export interface RootProgress {
  readonly orders: readonly OrderProgress[];
  readonly closed: boolean;
}

export interface OrderWorkflowResult {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly filledQuantity: string;
  readonly averageFillPrice: string | null;
}

/** Only a doorbell: what happened is read from the reports; the rest is for readers of the UI. */
export interface PriceSignal {
  readonly symbol: string;
  readonly price: string | null;
  readonly sequence: number;
}

export interface CancelRequest {
  readonly orderId: string;
}

export interface CancelAnswer {
  readonly orderId: string;
  readonly status: OrderStatus;
}

export interface ReplaceRequest {
  readonly orderId: string;
  /** The new row's id, UUIDv5 of the old id and the request's key. */
  readonly replacementId: string;
  readonly clientOrderId: string;
  readonly requestId: string;
  /** Absent values (`null`) keep the old order's. */
  readonly quantity: string | null;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  /** A trailing stop's new distance, in the measure it has. */
  readonly trail?: string | null;
  readonly timeInForce: TimeInForce | null;
}

export type ReplaceAnswer =
  | { readonly accepted: true; readonly orderId: string }
  | { readonly accepted: false; readonly reason: RefusalCode; readonly message: string };

/** Ids of updates are constant per purpose, so that any number of retries share one update. */
export const ACCEPT_UPDATE_ID = 'accept';
export const cancelUpdateId = (orderId: string): string => `cancel:${orderId}`;
export const replaceUpdateId = (replacementId: string): string => `replace:${replacementId}`;

export const acceptOrderUpdate = defineUpdate<AcceptVerdict>('acceptOrder');
export const cancelOrderUpdate = defineUpdate<CancelAnswer, [CancelRequest]>('cancelOrder');
export const replaceOrderUpdate = defineUpdate<ReplaceAnswer, [ReplaceRequest]>('replaceOrder');
export const priceSignal = defineSignal<[PriceSignal]>('price');
export const orderStatusQuery = defineQuery<RootProgress | null>('orderStatus');

/** An account that begins anew; its past stays under the epoch that ends. */
export interface AccountResetInput {
  readonly accountId: string;
  /** The one that ends. */
  readonly epoch: number;
  /** What the next one opens with, USD text. */
  readonly cash: string;
  /** Names the request, so that a repeat finds what it did. */
  readonly requestKey: string;
  /** How often open orders were looked at by the runs before this one. */
  readonly rounds: number;
}

export interface AccountResetResult {
  readonly accountId: string;
  /** The one that began. */
  readonly epoch: number;
}

export interface FeedWorkflowInput {
  readonly symbol: string;
}

/** Kinds of rows in `market_commands`; the session applies them in its match transaction. */
export type MarketCommandKind =
  | 'submit'
  | 'cancel'
  | 'replace'
  | 'pause'
  | 'resume'
  | 'set_price'
  | 'set_breaker'
  | 'halt'
  | 'unhalt';
