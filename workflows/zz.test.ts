import { loadWorkflowHarness } from '../test/harness/workflow';
import { acceptOrderUpdate, cancelOrderUpdate, priceSignal, orderStatusQuery } from './contract';
test('x', async () => {
  const t0 = Date.now();
  const f = await loadWorkflowHarness({ workflowsPath: 'workflows/bundles/orders', activityNames: ['acceptOrder','settleExecutions','publishEvents','requestCancel','requestReplace','resumeOrder'] });
  console.log('load', Date.now()-t0);
  const order = (status: string, closed = false) => ({ orders: [{ orderId: 'o', status, quantity: '1', filledQuantity: '0', averageFillPrice: null }], closed });
  const h = f.create({
    acceptOrder: async () => ({ verdict: { orderId: 'o', status: 'new', rejectReason: null }, progress: order('new') }),
    settleExecutions: async () => order('filled', true),
    publishEvents: async () => undefined,
  });
  const run = await h.start('orderWorkflow', [{ mode: 'place', order: { orderId: 'o', accountId: 'a', symbol: 'S' } }], (r) => { void r.update(acceptOrderUpdate, 'accept'); });
  console.log(await run.update(acceptOrderUpdate, 'accept'), await run.query(orderStatusQuery), await run.details(), run.searchAttributes);
  await run.signal(priceSignal, { symbol: 'S', price: '1', sequence: 1 });
  console.log(run.outcome(), h.calls('settleExecutions'), run.searchAttributes);
  await h.replay();
  await h.close();
  console.log('all', Date.now()-t0);
});
