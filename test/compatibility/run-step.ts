/** Takes one step after the other, whoever sends the requests. */
import { findMismatches, substitute, textOf, valueAt } from './expectation';
import type { Reply, Send } from './plain-client';
import { findMissing } from './shapes';
import type { Json, Step } from './step';

export interface StepRunner {
  readonly send: Send;
  /** Whether a null field has to be there. */
  readonly strict: boolean;
  readonly saved: Map<string, string>;
}

const PATIENCE_MS = 20_000;
const PAUSE_MS = 100;

/** @returns What was wrong with the last answer; empty if nothing was. */
export async function runStep(runner: StepRunner, step: Step): Promise<readonly string[]> {
  const ready = substitute(step, runner.saved);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const reply = await runner.send(ready);
    const problems = judge(runner, ready, reply);
    // Also where something is wrong, so that one fault does not fail every later step.
    for (const [name, route] of Object.entries(step.save ?? {})) {
      const value = valueAt(reply.body, route);
      if (value != null) runner.saved.set(name, textOf(value));
    }
    if (problems.length === 0) return [];
    if (ready.repeat !== true || Date.now() > deadline) return problems;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function judge({ strict }: StepRunner, step: Step, { status, body }: Reply): string[] {
  if (status !== step.status) {
    return [`status ${status} is not ${step.status}: ${JSON.stringify(body).slice(0, 500)}`];
  }
  return [
    ...(step.expect === undefined ? [] : findMismatches(body, step.expect)),
    ...findMissingFields(body, step.shape, strict),
    ...Object.values(step.save ?? {}).flatMap((route) =>
      valueAt(body, route) == null ? [`${route}: is not there to be saved`] : [],
    ),
  ];
}

function findMissingFields(body: Json, shape: string | undefined, strict: boolean): string[] {
  if (shape === undefined) return [];
  const [, list] = /^\[(\w+)\]$/.exec(shape) ?? [];
  if (list === undefined) return findMissing(body, shape, strict);
  if (!Array.isArray(body) || body.length === 0) return [`no list with a ${list} in it`];
  return body.flatMap((one: Json, at) => findMissing(one, list, strict, `${list}.${at}`));
}
