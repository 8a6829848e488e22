/**
 * `npm run gen:histories [-- NAME...]`: records one history of every life an order can have, or of
 * those that are named, from a stack of its own, for the replay test. Run it when a workflow has
 * changed on purpose; a history that is
 * already there under another name stays for ever: such orders may still be open somewhere.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { accountResetWorkflowId, feedWorkflowId, orderWorkflowId } from '../../workflows/contract';
import { startTestStack } from '../harness/stack';
import {
  acceptedOrder,
  type Broker,
  call,
  cancelOrder,
  movePrice,
  openBroker,
  type OrderAnswer,
  type OrderRequest,
  placeOrder,
  reconcileNow,
  steerFeed,
  waitForStatus,
} from '../system/broker';

const SYMBOL = 'SPY';

const bid = (limit_price: string, qty = '1'): OrderRequest => ({
  symbol: SYMBOL,
  qty,
  side: 'buy',
  type: 'limit',
  limit_price,
  time_in_force: 'gtc',
});

/** Each returns the workflow whose history is worth keeping. */
const SCENARIOS: Readonly<Record<string, (broker: Broker) => Promise<string>>> = {
  'order-market-filled': async (broker) => {
    const { id } = await acceptedOrder(broker, broker.demo, {
      symbol: SYMBOL,
      qty: '1',
      side: 'buy',
      type: 'market',
    });
    await waitForStatus(broker, broker.demo, id, ['filled']);
    return orderWorkflowId(id);
  },
  'order-rested-filled': async (broker) => {
    await movePrice(broker, SYMBOL, '400.00');
    const { id } = await acceptedOrder(broker, broker.demo, bid('390'));
    await movePrice(broker, SYMBOL, '380.00');
    await waitForStatus(broker, broker.demo, id, ['filled']);
    return orderWorkflowId(id);
  },
  'order-rejected': async (broker) => {
    const { body } = await placeOrder(broker, broker.demo, bid('390', '100000'));
    const row = await broker.db
      .selectFrom('orders')
      .select('order_id')
      .where('status', '=', 'rejected')
      .executeTakeFirstOrThrow(() => new Error(`not rejected: ${JSON.stringify(body)}`));
    return orderWorkflowId(row.order_id);
  },
  'order-canceled': async (broker) => {
    const { id } = await acceptedOrder(broker, broker.demo, bid('250'));
    await cancelOrder(broker, broker.demo, id);
    await waitForStatus(broker, broker.demo, id, ['canceled']);
    return orderWorkflowId(id);
  },
  'order-replaced-filled': async (broker) => {
    await movePrice(broker, SYMBOL, '400.00');
    const { id } = await acceptedOrder(broker, broker.demo, bid('300', '2'));
    const change = { limit_price: '390', qty: '3' };
    const path = `/orders/${id}`;
    const { body } = await call<OrderAnswer>(broker, broker.demo, 'PATCH', path, change);
    await waitForStatus(broker, broker.demo, id, ['replaced']);
    await movePrice(broker, SYMBOL, '380.00');
    await waitForStatus(broker, broker.demo, body.id, ['filled']);
    return orderWorkflowId(id);
  },
  'order-canceled-in-the-ui': async (broker) => {
    const { id } = await acceptedOrder(broker, broker.demo, bid('250'));
    await broker.temporal.workflow.getHandle(orderWorkflowId(id)).cancel();
    await waitForStatus(broker, broker.demo, id, ['canceled']);
    return orderWorkflowId(id);
  },
  'order-terminated-resumed': async (broker) => {
    const { id } = await acceptedOrder(broker, broker.demo, bid('250'));
    await broker.temporal.workflow.getHandle(orderWorkflowId(id)).terminate();
    await broker.db
      .updateTable('orders')
      .set({ accepted_at: new Date(Date.now() - 120_000) })
      .where('order_id', '=', id)
      .execute();
    await reconcileNow(broker);
    await waitForStatus(broker, broker.demo, id, ['canceled']);
    return orderWorkflowId(id);
  },
  'order-bracket': async (broker) => {
    await movePrice(broker, SYMBOL, '400.00');
    const { id } = await acceptedOrder(broker, broker.demo, {
      ...bid('390', '2'),
      order_class: 'bracket',
      take_profit: { limit_price: '420' },
      stop_loss: { stop_price: '350' },
    });
    await movePrice(broker, SYMBOL, '380.00');
    await waitForStatus(broker, broker.demo, id, ['filled']);
    await movePrice(broker, SYMBOL, '430.00');
    return orderWorkflowId(id);
  },
  'account-reset': async (broker) => {
    const { accountId } = broker.demo;
    await acceptedOrder(broker, broker.demo, bid('250'));
    await call(broker, broker.demo, 'POST', '/account/reset', { cash: '100000' });
    return accountResetWorkflowId(accountId, 1);
  },
  // Last, so that its run has had orders to look at.
  reconcile: async (broker) => {
    await reconcileNow(broker);
    const runs = broker.temporal.workflow.list({ query: "WorkflowType = 'reconcileWorkflow'" });
    for await (const { workflowId } of runs) return workflowId;
    throw new Error('no reconciliation ran');
  },
  feed: () => Promise.resolve(feedWorkflowId(SYMBOL)),
};

/** Without the names of the machine and the processes that recorded it. */
function toText(history: Parameters<typeof historyToJSON>[0]): string {
  const json: unknown = JSON.parse(historyToJSON(history));
  return JSON.stringify(json, null, 1).replaceAll(/\d+@[\w.-]+/g, '1@worker');
}

async function record(): Promise<void> {
  const stack = await startTestStack();
  const broker = openBroker(stack);
  try {
    await steerFeed(broker, SYMBOL, { action: 'pause' });
    const named = process.argv.slice(2);
    for (const [name, scenario] of Object.entries(SCENARIOS)) {
      if (named.length > 0 && !named.includes(name)) continue;
      const handle = broker.temporal.workflow.getHandle(await scenario(broker));
      const closes = name !== 'feed';
      // A reconciliation or a closed order may still have its last task to do.
      if (closes) await handle.result().catch(() => undefined);
      const file = path.join(__dirname, `${name}.json`);
      writeFileSync(file, `${toText(await handle.fetchHistory())}\n`);
      process.stdout.write(`${file}\n`);
    }
  } finally {
    await broker.close();
    await stack.remove();
  }
}

void record();
