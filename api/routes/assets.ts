import { z } from 'zod';
import { RefusalError } from '../../domain/refusal';
import { findAsset, listAssets } from '../queries/assets';
import { AssetResource, toAssetResource } from '../resources/asset';
import { defineRoute } from '../route';
import { symbol, wordList } from '../schemas/scalars';

export const getAssets = defineRoute({
  method: 'GET',
  path: '/assets',
  operationId: 'listAssets',
  tag: 'assets',
  summary: 'What can be traded here, by symbol',
  description: '`exchange` is where the real thing is listed; `attributes` matches any of them.',
  doors: ['short', 'alpaca'],
  scope: 'read',
  query: z.object({
    status: z.enum(['active', 'inactive']).optional(),
    asset_class: z.string().max(40).optional(),
    exchange: z.string().max(40).optional(),
    attributes: wordList(20).optional(),
  }),
  answers: { 200: { description: 'Assets', schema: z.array(AssetResource) } },
  problems: [],
  async answer({ db }, { query }) {
    const assets = (await listAssets(db)).map(toAssetResource);
    const body = assets.filter(
      (asset) =>
        (query.status === undefined || asset.status === query.status) &&
        (query.asset_class === undefined || asset.class === query.asset_class) &&
        (query.exchange === undefined || asset.exchange === query.exchange) &&
        (query.attributes?.some((one) => asset.attributes.includes(one)) ?? true),
    );
    return { status: 200, body };
  },
});

export const getAsset = defineRoute({
  method: 'GET',
  path: '/assets/:symbol',
  operationId: 'getAsset',
  tag: 'assets',
  summary: 'One asset, by symbol or id',
  doors: ['short', 'alpaca'],
  scope: 'read',
  pathParameters: z.object({ symbol }),
  answers: { 200: { description: 'The asset', schema: AssetResource } },
  problems: ['asset_not_found'],
  async answer({ db }, { path }) {
    const asset = await findAsset(db, path.symbol);
    if (asset === undefined) {
      throw new RefusalError('asset_not_found', `There is no asset ${path.symbol}.`, {
        symbol: path.symbol,
      });
    }
    return { status: 200, body: toAssetResource(asset) };
  },
});
