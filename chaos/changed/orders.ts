/**
 * What a careless change looks like: one more timer at the start of every order. Histories of the
 * real workflow do not have it, so replaying one of them with this code must fail; an order that
 * begins on it lives as any other.
 */
import { sleep } from '@temporalio/workflow';
import type { OrderWorkflowInput, OrderWorkflowResult } from '../../workflows/contract';
import { orderWorkflow as unchanged } from '../../workflows/order';

export async function orderWorkflow(input: OrderWorkflowInput): Promise<OrderWorkflowResult> {
  // Not waited for: an update that comes with the start must find its handler.
  sleep('1 millisecond').catch(() => undefined);
  return unchanged(input);
}
