/**
 * Every time-out, retry, slot and pool size of the running processes, in one place. What a workflow
 * asks for stands with it: `workflows/activity-options.ts`, `workflows/feed.ts`.
 */
export const LIMITS = {
  /** The API answers 503 when Temporal has not answered by then. */
  orderDeadlineMs: 5_000,
  /** Update-with-start calls one API process keeps in flight; more wait, then 503. */
  ordersInFlight: 200,
  /** Waiting for a place above. */
  orderQueueMs: 2_000,
  bodyBytes: 64 * 1024,
  /** A revoked key works at most this much longer. */
  keyCacheMs: 5_000,
  keyCacheEntries: 10_000,
  /** Per key; 0 switches the limit off, as on one machine. */
  requestsPerMinute: 0,
  eventStreamsPerKey: 10,
  eventHeartbeatMs: 15_000,
  /** Streams look by themselves this often, should a NOTIFY be lost. */
  eventPollMs: 1_000,
  eventsPerRead: 500,
  /** A stream whose reader takes nothing for this long is dropped; it can resume. */
  slowConsumerMs: 10_000,
  /** WebSockets one API process serves; more are refused with 503. */
  sockets: 2_000,
  /** Of one key, of each kind. */
  socketsPerKey: 20,
  /** A socket that has not said who it is by then is closed. */
  socketAuthMs: 10_000,
  socketMessageBytes: 64 * 1024,
  /** A market-data reader behind by more is dropped. */
  socketBufferBytes: 1024 * 1024,
  /** Names one market-data socket subscribes to, over all channels. */
  socketSymbols: 2_000,
  /** Steps of one market that readers are handed from one query. */
  marketStepsPerRead: 200,
  /** Each question of a readiness probe. */
  probeMs: 1_000,
  /** Waiting for the session to apply an operator's command. */
  marketCommandMs: 5_000,
  marketCommandPollMs: 50,
  cancelsAtOnce: 20,
  /** One look of a reset at the orders it has to see canceled. */
  resetCancelMs: 10_000,
  /** Unfinished resets without a workflow are looked for this often. */
  resetResumeMs: 30_000,
  equitySampleMs: 60_000,
  equityThinMs: 60 * 60_000,
  watchlistsPerAccount: 200,
  symbolsPerWatchlist: 500,
  /** A request's headers and body must be here by then. */
  requestTimeoutMs: 10_000,
  /** How often requests are looked for that are not. */
  connectionCheckMs: 1_000,
  /** Connections of one API process; more are closed at once. */
  connections: 5_000,
  keepAliveMs: 65_000,
  /** When the API stops, kept-alive connections get this long to be told so. */
  apiDrainMs: 500,
  /** Requests under way get this long when the API stops. */
  apiShutdownMs: 8_000,

  /** Shorter than a local activity's 3 s, longer than a statement's. */
  queryTimeoutMs: 2_000,
  statementTimeoutMs: 1_800,
  lockTimeoutMs: 1_500,
  idleInTransactionTimeoutMs: 3_000,
  connectTimeoutMs: 2_000,
  /** A new connection prepares and plans everything anew, so those of a burst outlive a pause. */
  idleConnectionMs: 60_000,

  apiPool: 10,
  orderWorkerPool: 20,
  platformWorkerPool: 5,
  /** One session is one connection; the rest is for readers of its process. */
  feedWorkerPool: 16,

  /**
   * More than the pool has connections: those that gather for a shared transaction need none yet,
   * and the two batchers together never more than twice `batchLanes`.
   */
  orderWorkerLocalActivities: 40,
  /** Orders that share one transaction of acceptance or settlement at most. */
  ordersPerBatch: 32,
  /** Such transactions under way at once in one order-worker. */
  batchLanes: 3,
  /** Calls that wait before such a transaction starts at once, beside those under way. */
  batchCrowd: 24,
  /** Under load a call waits for others, so many times as long as the last transaction took. */
  batchGatherTimes: 6,
  batchGatherMaxMs: 100,
  /** So long without two calls at once is no load. */
  batchQuietMs: 200,
  orderWorkerWorkflowTasks: 40,
  orderWorkerPolls: 20,
  orderWorkerCachedWorkflows: 2_000,
  /** Default 10 s: after so long a task that a killed worker had begun is another one's. */
  workflowTaskTimeoutMs: 5_000,
  /** Default 10 s: how long the other workflows of a killed worker wait for another one. */
  stickyScheduleToStartMs: 3_000,
  workerShutdownGraceMs: 5_000,
  workerShutdownForceMs: 9_000,

  /** Reports of one account that one transaction books at most. */
  reportsPerSettle: 200,
  /** Transactions one ring leads to at most; what is left after them rings again. */
  settlesPerRing: 20,
  /** How long an acceptance's event waits for others to be published with. */
  announceAfterMs: 50,
  /** Events one publication marks at most. */
  eventsPerPublish: 500,

  /** Symbols one feed-worker serves: each session holds an activity slot for its life. */
  feedSymbols: 50,
  /** A feed-worker is ready without the prices of a feed that has given none by then. */
  firstPriceMs: 10_000,
  sessionLifeMs: 10 * 60_000,
  sessionPollMs: 100,
  commandsPerStep: 500,
  ticksPerStep: 50,
  signalsInFlight: 64,
  /** Workflows whose signal may wait; what is dropped beyond is rung again. */
  signalsWaiting: 10_000,
  ringAgain: { firstMs: 10_000, maximumMs: 5 * 60_000, perSecond: 50 },

  /** The stream of live prices: how soon it is tried again, and when a silent one is given up. */
  liveReconnectFirstMs: 500,
  liveReconnectMaximumMs: 30_000,
  liveSilenceMs: 15_000,

  /** Newest rows of quotes and trades kept per symbol: seven hours at two steps a second. */
  marketDataRows: 50_000,
  /** Newest one-minute bars kept per symbol: a year of a market that never closes. */
  barRows: 500_000,
  /** How often older ones are removed, and how many of them at once. */
  pruneEveryMs: 60_000,
  pruneRows: 5_000,

  /** Margin accounts are looked after this often. */
  marginSweepEveryMs: 1_000,
  marginAccountsPerSweep: 200,
  /** Accounts whose day begins with one statement. */
  daysPerSweep: 1_000,
  reconcileEveryMs: 60_000,
  /** An open order older than this without a running workflow is an orphan. */
  orphanAgeMs: 60_000,
  /** More orphans than this is an empty engine, not an accident: stop and alarm. */
  orphansPerRun: 200,
  /** More open orders than this that the engine does not even remember: it lost its store. */
  forgottenPerRun: 10,
  /** Orphans one run starts again when an operator has said what becomes of them. */
  orphansPerDecision: 1_000,
  /** One check of the invariants may read whole tables; it has a connection of its own. */
  checkTimeoutMs: 20_000,
  platformWorkerCachedWorkflows: 20,
  /** The relay publishes what orders left behind; younger events are still on their way. */
  relayEveryMs: 1_000,
  relayAgeMs: 1_000,
  relayAccounts: 100,
  /** Gauges that ask Postgres or Temporal answer from memory when scraped sooner. */
  gaugeCacheMs: 5_000,
  gaugeDeadlineMs: 2_000,
} as const;
