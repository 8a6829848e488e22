import { type OrderStatus, ORDER_STATUSES } from './order';

/** What can happen to an order that has its row. */
export const ORDER_EVENTS = [
  /** It joins the book: the session opened, its entry closed, or its replace was taken. */
  'activate',
  /** A stop is elected; its status does not say so, an event does. */
  'trigger',
  /** An exit shrinks because the other one traded. */
  'restate',
  'partial_fill',
  'fill',
  'request_cancel',
  'cancel',
  'cancel_reject',
  'request_replace',
  'replace',
  'replace_reject',
  'expire',
  'reject',
] as const;
export type OrderEventName = (typeof ORDER_EVENTS)[number];

/**
 * Where an event leads. `working` is `partially_filled` if anything is executed, else `new`;
 * `resumed` is `pending_replace` if a replace still waits for its answer, else `working`.
 */
type Target = OrderStatus | 'working' | 'resumed';

type Row = Readonly<Partial<Record<OrderEventName, Target>>>;

/** The life of an order; an absent event is illegal in that status. */
export const TRANSITIONS: Readonly<Record<OrderStatus, Row>> = {
  // Waits for its session, or is the replacement of an order whose replace is still asked for.
  accepted: {
    activate: 'working',
    trigger: 'new',
    restate: 'accepted',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
  },
  held: {
    activate: 'working',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    expire: 'expired',
    reject: 'rejected',
  },
  new: {
    trigger: 'new',
    restate: 'new',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    request_replace: 'pending_replace',
    expire: 'expired',
    reject: 'rejected',
  },
  partially_filled: {
    trigger: 'partially_filled',
    restate: 'partially_filled',
    partial_fill: 'partially_filled',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    request_replace: 'pending_replace',
    expire: 'expired',
  },
  // The book may trade an order while our cancel is still on its way to it, and may answer a
  // replace that was asked for before the cancel.
  pending_cancel: {
    activate: 'pending_cancel',
    trigger: 'pending_cancel',
    restate: 'pending_cancel',
    partial_fill: 'pending_cancel',
    fill: 'filled',
    cancel: 'canceled',
    cancel_reject: 'resumed',
    replace: 'replaced',
    replace_reject: 'pending_cancel',
    expire: 'expired',
    reject: 'rejected',
  },
  pending_replace: {
    trigger: 'pending_replace',
    restate: 'pending_replace',
    partial_fill: 'pending_replace',
    fill: 'filled',
    request_cancel: 'pending_cancel',
    cancel: 'canceled',
    replace: 'replaced',
    replace_reject: 'working',
    expire: 'expired',
    reject: 'rejected',
  },
  filled: {},
  canceled: {},
  expired: {},
  rejected: {},
  replaced: {},
};

/** What decides where the table leaves a choice. */
export interface TransitionFacts {
  /** Executed so far, what a replaced order passed on included; any scale. */
  readonly filledQuantity: bigint;
  /** A replace of this order still waits for the book's answer. */
  readonly replacePending: boolean;
}

/** The status after the event; `undefined` if the event is illegal in this status. */
export function findNextStatus(
  status: OrderStatus,
  event: OrderEventName,
  facts: TransitionFacts,
): OrderStatus | undefined {
  const target = TRANSITIONS[status][event];
  const working = facts.filledQuantity > 0n ? 'partially_filled' : 'new';
  if (target === 'working') return working;
  if (target === 'resumed') return facts.replacePending ? 'pending_replace' : working;
  return target;
}

/** @throws Error if the event is illegal in this status: a bug of the caller, not a refusal. */
export function nextStatus(
  status: OrderStatus,
  event: OrderEventName,
  facts: TransitionFacts,
): OrderStatus {
  const next = findNextStatus(status, event, facts);
  if (next === undefined) throw new Error(`illegal transition: ${event} while ${status}`);
  return next;
}

export type Edge = readonly [
  from: OrderStatus | 'none',
  event: OrderEventName | 'accept',
  to: OrderStatus,
];

/** How an order's row begins. */
const CREATION_EDGES: readonly Edge[] = [
  ['none', 'accept', 'new'],
  ['none', 'accept', 'accepted'],
  ['none', 'accept', 'held'],
  ['none', 'reject', 'rejected'],
];

const CHOICES: Readonly<Record<'working' | 'resumed', readonly OrderStatus[]>> = {
  working: ['new', 'partially_filled'],
  resumed: ['new', 'partially_filled', 'pending_replace'],
};

/** Every legal change of status, each once: the same table as rows, for SQL and for checks. */
export const EDGES: readonly Edge[] = [
  ...CREATION_EDGES,
  ...ORDER_STATUSES.flatMap((from) =>
    ORDER_EVENTS.flatMap((event) => targetsOf(from, event).map((to): Edge => [from, event, to])),
  ),
];

function targetsOf(from: OrderStatus, event: OrderEventName): readonly OrderStatus[] {
  const target = TRANSITIONS[from][event];
  if (target === undefined) return [];
  return target === 'working' || target === 'resumed' ? CHOICES[target] : [target];
}

/** One change of status as it is recorded. */
export interface Transition {
  readonly orderId: string;
  readonly from: OrderStatus;
  readonly event: OrderEventName;
  readonly to: OrderStatus;
  /** `null` for what a request, not the book, did. */
  readonly reportId: string | null;
}
