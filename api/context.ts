import type { ParameterizedContext } from 'koa';
import type { ApiScope } from '../schema/account-tables';
import type { Door } from './doors';

/** Who a request speaks for. */
export interface Principal {
  readonly keyId: string;
  readonly accountId: string;
  readonly scopes: readonly ApiScope[];
}

export interface ApiState {
  requestId: string;
  /** The pattern of the route, a closed set: `/orders/:order_id`, or `unmatched`. */
  route: string;
  door: Door;
  principal: Principal | null;
  /** What went wrong inside; for the log, never for the client. */
  failure?: unknown;
}

export type ApiContext = ParameterizedContext<ApiState>;
