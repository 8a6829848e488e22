import { parseEngineCounts } from './engine-counts';

const page = (lines: readonly string[]): string => lines.join('\n');
const action = (operation: string, count: number): string =>
  `action{action_type="x",namespace="default",operation="${operation}"} ${count}`;
const store = (operation: string, count: number): string =>
  `persistence_requests{namespace="default",operation="${operation}",` +
  `service_name="history"} ${count}`;

test('actions add up over all kinds, without the heartbeats of the markets', () => {
  const text = page([
    action('ExecuteMultiOperation', 20),
    action('RespondWorkflowTaskCompleted', 80),
    action('RecordActivityTaskHeartbeat', 72),
  ]);
  expect(parseEngineCounts(text).actions).toBe(100);
});

test('only persistence that changes something counts as a write', () => {
  const text = page([
    store('UpdateWorkflowExecution', 3),
    store('CreateTasks', 2),
    store('GetTasks', 50),
    store('ReadHistoryBranch', 9),
    'visibility_persistence_requests{operation="RecordWorkflowExecutionClosed"} 1',
    'persistence_latency_count{operation="UpdateWorkflowExecution"} 3',
  ]);
  expect(parseEngineCounts(text).writes).toBe(6);
});

test('large counts in exponents are read', () => {
  expect(parseEngineCounts(action('SignalWorkflowExecution', 1.5e21)).actions).toBe(1.5e21);
});
