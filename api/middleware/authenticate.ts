import type { Middleware } from 'koa';
import type { ApiScope } from '../../schema/account-tables';
import type { ApiState } from '../context';
import { beforeAnyEffect } from '../outage';
import { ProblemError } from '../problem-error';
import type { KeyRing } from '../key-ring';
import { readCredentials } from './credentials';

/** Lets a request pass whose key is known and carries the route's scope. */
export function authenticate(keys: KeyRing, scope: ApiScope): Middleware<ApiState> {
  return async (ctx, next) => {
    const credentials = readCredentials((name) => ctx.get(name));
    const principal =
      credentials === null ? null : await beforeAnyEffect(keys.findPrincipal(credentials));
    if (principal === null) {
      throw new ProblemError(
        'authentication_required',
        credentials === null
          ? 'Send APCA-API-KEY-ID and APCA-API-SECRET-KEY, or the same pair as HTTP Basic.'
          : 'This key id and secret do not belong to a valid key.',
        { headers: { 'WWW-Authenticate': 'Basic realm="everfill", charset="UTF-8"' } },
      );
    }
    ctx.state.principal = principal;
    if (!principal.scopes.includes(scope)) {
      throw new ProblemError('forbidden', `This key lacks the scope '${scope}'.`);
    }
    await next();
  };
}
