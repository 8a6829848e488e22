import { usagePerOrder, type Usage } from './meter';

const usage = (seconds: number, count: number): Usage => ({
  seconds,
  actions: count,
  engineWrites: count,
  engineCommits: count,
  appTransactions: count,
  walBytes: count,
  cpuMs: { api: count },
});

test('what goes on anyway is taken off by the time it took', () => {
  // Ten seconds with 100 orders; an idle second uses 5.
  const each = usagePerOrder(usage(10, 450), usage(2, 10), 100);
  expect(each).toMatchObject({ seconds: 0.1, actions: 4, appTransactions: 4, engineCommits: 4 });
  expect(each.cpuMs).toEqual({ api: 4 });
});

test('an engine that keeps its commits to itself leaves them unknown', () => {
  const silent = { ...usage(1, 1), engineCommits: null };
  expect(usagePerOrder(silent, usage(1, 1), 1).engineCommits).toBeNull();
});
