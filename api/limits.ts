import { LIMITS } from '../platform/limits';

/** The limits of the API, which a test may tighten. */
export const API_LIMITS = {
  orderDeadlineMs: LIMITS.orderDeadlineMs as number,
  ordersInFlight: LIMITS.ordersInFlight as number,
  orderQueueMs: LIMITS.orderQueueMs as number,
  bodyBytes: LIMITS.bodyBytes,
  keyCacheMs: LIMITS.keyCacheMs as number,
  keyCacheEntries: LIMITS.keyCacheEntries as number,
  requestsPerMinute: LIMITS.requestsPerMinute as number,
  eventStreamsPerKey: LIMITS.eventStreamsPerKey as number,
  eventHeartbeatMs: LIMITS.eventHeartbeatMs as number,
  eventPollMs: LIMITS.eventPollMs as number,
  eventsPerRead: LIMITS.eventsPerRead as number,
  slowConsumerMs: LIMITS.slowConsumerMs as number,
  sockets: LIMITS.sockets as number,
  socketsPerKey: LIMITS.socketsPerKey as number,
  socketAuthMs: LIMITS.socketAuthMs as number,
  socketMessageBytes: LIMITS.socketMessageBytes,
  socketBufferBytes: LIMITS.socketBufferBytes,
  socketSymbols: LIMITS.socketSymbols as number,
  marketStepsPerRead: LIMITS.marketStepsPerRead as number,
  probeMs: LIMITS.probeMs as number,
  marketCommandMs: LIMITS.marketCommandMs as number,
  marketCommandPollMs: LIMITS.marketCommandPollMs as number,
  cancelsAtOnce: LIMITS.cancelsAtOnce as number,
  watchlistsPerAccount: LIMITS.watchlistsPerAccount as number,
  symbolsPerWatchlist: LIMITS.symbolsPerWatchlist as number,
} as const;

export type ApiLimits = { readonly [Name in keyof typeof API_LIMITS]: number };
