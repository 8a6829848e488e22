import { USD } from '../ledger/accounts';
import type { UnitAmount } from '../ledger/hold';
import { formatCash } from '../decimal';
import type { OrderState } from '../order/state';
import { neededByList } from '../settlement/needed-by-list';
import { buyingPower } from './buying-power';
import type { RiskAcceptance, RiskInput, RiskRefusal } from './input';

/**
 * What an order list must hold from now on, given that its first order alone passed every rule.
 * Exits that buy are held in full, because the proceeds of what they close are free at once.
 *
 * @param members - The rows of the list as they would be accepted.
 * @returns Both units, also where nothing is needed yet: fills of the entry add to them.
 */
export function assessList(
  input: RiskInput,
  verdict: RiskAcceptance,
  members: readonly OrderState[],
): readonly UnitAmount[] | RiskRefusal {
  const needed = [USD, input.instrument.symbol].map((unit) => {
    return { unit, amount: neededByList(unit, members, input.fees) };
  });
  const cash = needed[0]?.amount ?? 0n;
  const known = verdict.hold.unit === USD ? verdict.hold.amount : 0n;
  const power = buyingPower(input.account);
  if (cash <= known || cash <= power) return needed;
  const message = `${formatCash(cash)} needed with its exits, ${formatCash(power)} available`;
  return { accepted: false, reason: 'insufficient_buying_power', message };
}
