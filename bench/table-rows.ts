export interface TableRow {
  readonly label: string;
  readonly key: string;
  readonly wanted?: string;
}

export interface Table {
  readonly title: string;
  readonly rows: readonly TableRow[];
}

const latency = (label: string, name: string): TableRow[] => [
  { label: `${label}, p50`, key: `${name}_p50_ms` },
  { label: `${label}, p99`, key: `${name}_p99_ms` },
];

const processes = ['temporal', 'order_worker', 'postgres', 'api', 'feed_worker', 'platform_worker'];

/** What docs/performance.md shows, in its order. */
export const TABLES: readonly Table[] = [
  {
    title: 'Lives a second, fifty in flight',
    rows: [
      { label: 'empty workflows', key: 'empty_workflows_per_second' },
      { label: 'empty workflows, answered', key: 'empty_updates_per_second' },
      { label: 'bare lives: the messages, nothing in them', key: 'bare_lives_per_second' },
      { label: 'Everfill, resting orders', key: 'resting_lives_per_second' },
      { label: 'Everfill, canceled orders', key: 'canceled_lives_per_second' },
      { label: 'the textbook', key: 'textbook_lives_per_second' },
      { label: 'DBOS Transact', key: 'dbos_lives_per_second' },
      {
        label: 'Everfill to empty workflows',
        key: 'resting_lives_to_empty_workflows',
        wanted: '0.45, aim 0.60',
      },
      { label: 'Everfill to bare lives', key: 'resting_lives_to_bare_lives' },
      {
        label: 'Everfill to textbook',
        key: 'resting_lives_to_textbook',
        wanted: '2.5, aim 3.5',
      },
      ...['1', '2', '10'].map((looks) => ({
        label: `to a textbook that looks ${looks === '1' ? 'once' : `${looks} times`}`,
        key: `resting_lives_to_textbook_of_${looks}_looks`,
      })),
      { label: 'Everfill to DBOS', key: 'resting_lives_to_dbos', wanted: '0.25, aim 0.40' },
    ],
  },
  {
    title: 'Latencies, milliseconds',
    rows: [
      ...latency('accept, 1 in flight', 'accept_1_in_flight'),
      ...latency('empty update-with-start, 1 in flight', 'empty_update_1_in_flight'),
      {
        label: 'accept to empty update',
        key: 'accept_to_empty_update_1_in_flight',
        wanted: '<= 1.5',
      },
      ...latency('fill, 1 in flight', 'fill_1_in_flight'),
      ...latency('signal and local activity, 1 in flight', 'signal_local_activity_1_in_flight'),
      { label: 'fill to that', key: 'fill_to_signal_1_in_flight', wanted: '<= 2.5' },
      ...latency('accept, 8 in flight', 'accept_8_in_flight'),
      ...latency('accept, 50 in flight', 'accept_50_in_flight'),
      ...latency('fill, 8 in flight', 'fill_8_in_flight'),
      ...latency('fill, 50 in flight', 'fill_50_in_flight'),
      ...latency('cancel, 1 in flight', 'cancel_1_in_flight'),
      ...latency('cancel, 8 in flight', 'cancel_8_in_flight'),
      ...latency('cancel, 50 in flight', 'cancel_50_in_flight'),
      ...latency('market order, accept, 1 in flight', 'market_accept_1_in_flight'),
      ...latency('market order, accept to fill, 1 in flight', 'market_fill_1_in_flight'),
      ...latency('market order, accept, 8 in flight', 'market_accept_8_in_flight'),
      ...latency('market order, accept to fill, 8 in flight', 'market_fill_8_in_flight'),
      ...latency('market order, accept, 50 in flight', 'market_accept_50_in_flight'),
      ...latency('market order, accept to fill, 50 in flight', 'market_fill_50_in_flight'),
      ...latency('accept, 10 arrivals a second', 'accept_at_10_per_second'),
      ...latency('accept to fill, 10 arrivals a second', 'market_fill_at_10_per_second'),
    ],
  },
  {
    title: 'What one resting order costs, fifty in flight',
    rows: [
      { label: 'history events', key: 'events_per_order', wanted: '<= 16' },
      { label: 'Temporal commits', key: 'temporal_commits_per_order', wanted: '<= 32' },
      { label: 'commits of ours that write', key: 'app_commits_per_order', wanted: '<= 3' },
      { label: 'transaction ids of ours', key: 'app_transactions_per_order' },
      { label: 'billable actions', key: 'actions_per_order', wanted: '<= 6' },
      { label: 'bytes of write-ahead log', key: 'wal_bytes_per_order' },
      ...processes.map((name) => ({
        label: `processor ms, ${name.replace('_', '-')}`,
        key: `cpu_ms_per_order_${name}`,
      })),
    ],
  },
  {
    title: 'Matching, operations a second on one core',
    rows: [
      { label: 'mixed flow, reports and rows', key: 'match_ops_per_second', wanted: '1,000,000' },
      ...[
        'new_limits',
        'new_orders',
        'random_cancels',
        'occasional_market_orders',
        'constant_market_orders',
        'many_new_orders',
        'mixed',
      ].flatMap((name): TableRow[] => [
        { label: name.replaceAll('_', ' '), key: `match_${name}_ops_per_second` },
        { label: 'to nodejs-order-book', key: `match_${name}_to_rival`, wanted: '>= 5' },
      ]),
    ],
  },
  {
    title: 'Postgres without an engine',
    rows: [
      { label: 'acceptOrders, orders/s', key: 'accept_edge_per_second' },
      { label: 'to its statements alone', key: 'accept_edge_to_plain', wanted: '>= 0.6' },
      { label: 'batched to single', key: 'accept_edge_batched_to_single' },
      { label: 'settleExecutions, orders/s', key: 'settle_edge_per_second' },
      { label: 'to its statements alone', key: 'settle_edge_to_plain', wanted: '>= 0.6' },
      { label: 'batched to single', key: 'settle_edge_batched_to_single', wanted: '>= 3' },
      { label: 'session, reports/s', key: 'session_reports_per_second', wanted: '>= 20,000' },
      { label: 'one symbol to five', key: 'session_hot_to_spread', wanted: '>= 0.8' },
    ],
  },
  {
    title: 'Size',
    rows: [
      { label: 'tick, 1,000 resting, us', key: 'book_1000_tick_us' },
      { label: 'tick, 50,000 resting, us', key: 'book_50000_tick_us', wanted: '<= 2 x' },
      { label: 'rebuild of 50,000, ms', key: 'book_50000_rebuild_ms', wanted: '<= 2,000' },
      { label: 'all 50,000 crossed at once, ms', key: 'book_50000_cross_all_ms' },
      {
        label: 'hot symbol to spread',
        key: 'hot_symbol_to_spread',
        wanted: '>= 0.7',
      },
      { label: 'hot account to spread', key: 'hot_account_to_spread' },
      { label: 'gain of a second order-worker', key: 'second_order_worker_gain' },
      { label: 'feed killed over 2,000 resting, ms', key: 'rebuild_after_kill_ms' },
      { label: '2,000 crossed by one move, fills/s', key: 'burst_2000_fills_per_second' },
      { label: 'signals an order got in it', key: 'burst_2000_rings_per_order' },
      { label: 'order-worker, MB', key: 'order_worker_megabytes_at_2000_resting' },
    ],
  },
];
