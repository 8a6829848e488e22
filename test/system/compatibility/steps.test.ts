import { randomBytes } from 'node:crypto';
import { createOfficialClient } from '../../compatibility/official-client';
import { createPlainClient, type Send } from '../../compatibility/plain-client';
import { runStep, type StepRunner } from '../../compatibility/run-step';
import { readStepFiles } from '../../compatibility/step';
import { startTestStack, type TestStack } from '../../harness/stack';
import { type Broker, expectInvariants, openAccount, openBroker } from '../broker';

let stack: TestStack;
let broker: Broker;

beforeAll(async () => {
  stack = await startTestStack();
  broker = openBroker(stack);
}, 120_000);

afterAll(async () => {
  await broker.close();
  await stack.remove();
}, 60_000);

const CLIENTS = [
  { client: 'plain HTTP', symbol: 'AAPL' },
  { client: "Alpaca's own client", symbol: 'AMZN' },
];

describe.each(CLIENTS)('with $client', ({ client, symbol }) => {
  const official = client !== 'plain HTTP';
  let send: Send;
  let sendAsAdmin: Send;
  let runner: StepRunner;

  beforeAll(async () => {
    const { api } = stack.endpoints();
    const trader = await openAccount(broker, client, '100000');
    const plain = createPlainClient(api, trader);
    const speak = createOfficialClient(api, trader);
    send = official ? (request) => (speak(request) ?? plain)(request) : plain;
    sendAsAdmin = createPlainClient(api, broker.demo);
    const saved = new Map([
      ['symbol', symbol],
      ['run', randomBytes(4).toString('hex')],
    ]);
    runner = { send, strict: !official, saved };
  });

  describe.each(readStepFiles())('$name', ({ steps }) => {
    const said = steps.filter(({ extension }) => !official || extension !== true);

    test.each(said)('$step', async (step) => {
      const by: StepRunner =
        step.by === 'admin' ? { ...runner, send: sendAsAdmin, strict: true } : runner;
      expect(await runStep(by, step)).toEqual([]);
    });
  });

  test('and the broker is exact after it', async () => {
    await expectInvariants(broker);
  });
});
