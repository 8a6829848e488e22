import { z } from 'zod';
import { RefusalError } from '../../domain/refusal';
import { findPositions } from '../queries/positions';
import { PositionResource, toPositionResource } from '../resources/position';
import { defineRoute } from '../route';
import { symbol } from '../schemas/scalars';

export const listPositions = defineRoute({
  method: 'GET',
  path: '/positions',
  operationId: 'listPositions',
  tag: 'positions',
  summary: 'Open positions, by symbol',
  doors: ['short', 'alpaca'],
  scope: 'read',
  answers: { 200: { description: 'Open positions', schema: z.array(PositionResource) } },
  problems: [],
  async answer({ db }, { principal }) {
    const positions = await findPositions(db, principal.accountId);
    return { status: 200, body: positions.map(toPositionResource) };
  },
});

export const getPosition = defineRoute({
  method: 'GET',
  path: '/positions/:symbol',
  operationId: 'getPosition',
  tag: 'positions',
  summary: 'The position in one symbol',
  doors: ['short', 'alpaca'],
  scope: 'read',
  pathParameters: z.object({ symbol }),
  answers: { 200: { description: 'The position', schema: PositionResource } },
  problems: ['position_not_found'],
  async answer({ db }, { principal, path }) {
    const [position] = await findPositions(db, principal.accountId, path.symbol);
    if (position === undefined) {
      throw new RefusalError('position_not_found', `There is no position in ${path.symbol}.`);
    }
    return { status: 200, body: toPositionResource(position) };
  },
});
