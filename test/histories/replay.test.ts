import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker';

/** As far as the tests read it; the SDK takes the whole. */
interface History {
  readonly events: readonly HistoryEvent[];
}

interface HistoryEvent {
  readonly eventType: string;
  readonly workflowTaskCompletedEventAttributes?: {
    readonly sdkMetadata?: { readonly coreUsedFlags?: readonly number[] };
  };
  readonly markerRecordedEventAttributes?: {
    readonly details: Readonly<
      Record<string, { readonly payloads: readonly { readonly data: string }[] }>
    >;
  };
}

const FILES = readdirSync(__dirname).filter((file) => file.endsWith('.json'));

const readHistory = (file: string): History =>
  JSON.parse(readFileSync(path.join(__dirname, file), 'utf8')) as History;

let workflowBundle: WorkflowBundle;

beforeAll(async () => {
  // A history that cannot be replayed is an answer here, not news.
  const logger = new DefaultLogger('ERROR', () => undefined);
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'OFF' } } });
  const workflowsPath = require.resolve('./all-workflows');
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
}, 60_000);

/** The error of each history under today's workflows; `undefined` where it replays. */
async function replay(histories: Readonly<Record<string, History>>) {
  const named = Object.entries(histories).map(([workflowId, history]) => ({ workflowId, history }));
  const errors: Record<string, string | undefined> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, named)) {
    errors[workflowId] = error?.name;
  }
  return errors;
}

test('every recorded life of an order, a feed and a reconciliation replays', async () => {
  const histories = Object.fromEntries(FILES.map((file) => [file, readHistory(file)]));
  const fine = Object.fromEntries(FILES.map((file) => [file, undefined]));
  expect(Object.keys(fine).length).toBeGreaterThanOrEqual(9);
  expect(await replay(histories)).toEqual(fine);
}, 60_000);

test.each(FILES)('%s carries the flags without which a replay notices nothing', (file) => {
  const flags = readHistory(file).events.flatMap(
    (event) => event.workflowTaskCompletedEventAttributes?.sdkMetadata?.coreUsedFlags ?? [],
  );
  // A market that is still open has not completed more than its first task.
  expect(flags.length).toBeGreaterThan(0);
});

/** The history as a workflow would have left it that settled with another step. */
function tamper(history: History): History {
  const text = JSON.stringify(history, (key, value: unknown) => {
    if (key !== 'data' || typeof value !== 'string') return value;
    const plain = Buffer.from(value, 'base64').toString();
    if (!plain.includes('"settleExecutions"')) return value;
    return Buffer.from(plain.replace('settleExecutions', 'settleSomething')).toString('base64');
  });
  return JSON.parse(text) as History;
}

test('a history that was tampered with is refused', async () => {
  const history = readHistory('order-rested-filled.json');
  const tampered = tamper(history);
  expect(tampered).not.toEqual(history);
  expect(await replay({ tampered })).toEqual({ tampered: 'DeterminismViolationError' });
}, 60_000);
