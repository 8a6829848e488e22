import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { formatPrice } from '../../../domain/decimal';
import { checkPrice } from '../../../domain/order/price-check';
import type { Objection } from '../../../domain/order/terms';
import { RefusalError } from '../../../domain/refusal';
import type { Dependencies } from '../../dependencies';
import { invalidRequest } from '../../fields';
import { readPrice, refuseObjections } from '../../orders/order-terms';
import { OutageError } from '../../outage';
import { findAsset } from '../../queries/assets';
import { type BreakerSetting, setBreaker } from '../../queries/circuit-breaker';
import {
  type AppliedCommand,
  findAppliedCommand,
  insertMarketCommand,
} from '../../queries/market-commands';
import { defineRoute } from '../../route';
import { decimal, symbol, wholeNumber } from '../../schemas/scalars';

const ACTIONS = ['pause', 'resume', 'set_price', 'halt', 'unhalt', 'set_breaker'] as const;

/** A whole number of a JSON body, as a number or as text. */
const whole = (minimum: number, maximum: number) => decimal.pipe(wholeNumber(minimum, maximum));

const FeedBody = z.object({
  action: z.enum(ACTIONS),
  price: decimal.nullish(),
  /** `null` switches the breaker off. */
  breaker: z
    .object({
      move_percent: whole(1, 100),
      window_seconds: whole(1, 3_600),
      halt_seconds: whole(1, 86_400),
    })
    .nullish(),
});
type FeedBody = z.infer<typeof FeedBody>;

export const postFeed = defineRoute({
  method: 'POST',
  path: '/admin/feed/:symbol',
  operationId: 'commandFeed',
  tag: 'admin',
  summary: 'Stop or move the prices of a symbol, or halt it',
  description:
    '`pause`: prices stand still, the book still matches; `resume`; `set_price`: the next ' +
    'quote stands around `price`; `halt`: nothing matches; `unhalt`; `set_breaker`: a ' +
    'move of more than `move_percent` within `window_seconds` of the market clock halts ' +
    'for `halt_seconds`, without `breaker` never. Answered once the session has applied ' +
    'it.',
  doors: ['short'],
  scope: 'admin',
  pathParameters: z.object({ symbol }),
  body: FeedBody,
  example: { action: 'set_price', price: '101.25' },
  answers: {
    200: {
      description: 'Applied',
      schema: z.object({
        symbol: z.string(),
        action: z.enum(ACTIONS),
        applied_sequence: z.int(),
        applied_tick: z.int().nullable(),
      }),
    },
  },
  problems: ['asset_not_found', 'invalid_price', 'invalid_price_increment'],
  async answer(dependencies, { path, body }) {
    const breaker = body.action === 'set_breaker' ? readBreaker(body) : null;
    const payload = breaker ?? readPayload(body);
    const asset = await findAsset(dependencies.db, path.symbol);
    if (asset === undefined) {
      throw new RefusalError('asset_not_found', `There is no asset ${path.symbol}.`, {
        symbol: path.symbol,
      });
    }
    const command = { symbol: asset.symbol, kind: body.action, payload: { ...payload } };
    // The row is for the next sessions, the command for the one that runs.
    if (breaker !== null) await setBreaker(dependencies.db, asset.symbol, breaker);
    const commandId = await insertMarketCommand(dependencies.db, command);
    const applied = await waitUntilApplied(dependencies, commandId);
    return {
      status: 200,
      body: {
        symbol: asset.symbol,
        action: body.action,
        applied_sequence: applied.sequence,
        applied_tick: applied.tick,
      },
    };
  },
});

function readBreaker({ breaker, price }: FeedBody): BreakerSetting {
  if (price != null) {
    const message = 'goes with set_price only, not with set_breaker';
    throw invalidRequest([{ field: 'price', rule: 'set_price_only', message }], 'body');
  }
  if (breaker == null) return { move_ppm: null, window_ms: null, halt_ms: null };
  return {
    move_ppm: breaker.move_percent * 10_000,
    window_ms: breaker.window_seconds * 1_000,
    halt_ms: breaker.halt_seconds * 1_000,
  };
}

function readPayload({ action, price, breaker }: FeedBody): Record<string, unknown> {
  if (breaker != null) {
    const message = `goes with set_breaker only, not with ${action}`;
    throw invalidRequest([{ field: 'breaker', rule: 'set_breaker_only', message }], 'body');
  }
  if (action !== 'set_price') {
    if (price == null) return {};
    const message = `goes with set_price only, not with ${action}`;
    throw invalidRequest([{ field: 'price', rule: 'set_price_only', message }], 'body');
  }
  if (price == null) {
    const message = 'is required with set_price';
    throw invalidRequest([{ field: 'price', rule: 'required', message }], 'body');
  }
  const objections: Objection[] = [];
  const units = readPrice('price', price, objections);
  refuseObjections([...objections, ...checkPrice('price', units)]);
  return { price: units === null ? null : formatPrice(units) };
}

async function waitUntilApplied(
  { db, limits }: Dependencies,
  commandId: string,
): Promise<AppliedCommand> {
  const deadline = Date.now() + limits.marketCommandMs;
  for (;;) {
    const applied = await findAppliedCommand(db, commandId);
    if (applied !== null) return applied;
    if (Date.now() >= deadline) {
      throw new OutageError(
        'The command is queued; the session of this symbol has not applied it yet.',
        'maybe',
        undefined,
        { command_id: commandId },
      );
    }
    await sleep(limits.marketCommandPollMs);
  }
}
