import type { Endpoints } from './endpoints';
import type { MovedPort } from './ports';

/** What a person needs to place the first order. */
export function formatBanner(endpoints: Endpoints, moved: readonly MovedPort[]): string {
  const { api, temporal_ui: temporalUi, api_key_id: id, api_secret_key: secret } = endpoints;
  const busy = moved.map(({ name, wanted, port }) => `${name} ${wanted} -> ${port}`);
  const order = { symbol: 'SPY', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' };
  return [
    '',
    'Everfill is ready.',
    `  API           ${api}`,
    `  Docs          ${api}/docs`,
    `  Temporal UI   ${temporalUi ?? `(of the server at ${endpoints.temporal_address})`}`,
    `  Key           ${id}`,
    `  Secret        ${secret}`,
    ...(busy.length > 0 ? [`  Busy ports    ${busy.join(', ')}`] : []),
    '',
    'Place an order:',
    `  curl -sw '\\n' ${api}/orders \\`,
    `    -H 'APCA-API-KEY-ID: ${id}' -H 'APCA-API-SECRET-KEY: ${secret}' \\`,
    `    -H 'Content-Type: application/json' -d '${JSON.stringify(order)}'`,
    '',
  ].join('\n');
}
