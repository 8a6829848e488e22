import { USD } from '../ledger/accounts';
import type { UnitAmount } from '../ledger/hold';
import { formatCash } from '../decimal';
import type { OrderState } from '../order/state';
import { neededByList } from '../settlement/needed-by-list';
import { buyingPower } from './buying-power';
import type { RiskAcceptance, RiskInput, RiskRefusal } from './input';
import { isLossReached, tradingState } from './rules';

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
  const objection = objectionToExits(input, members);
  if (objection !== null) return objection;
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

/**
 * Exits trade back what their entry does. So where only reductions are taken a list with an entry
 * is none, and exits that sell what an entry bought back would sell it short again.
 */
function objectionToExits(input: RiskInput, members: readonly OrderState[]): RiskRefusal | null {
  const entry = members.find(({ listRole }) => listRole === 'entry');
  if (entry === undefined) return null;
  const refuse = (reason: RiskRefusal['reason'], message: string): RiskRefusal => {
    return { accepted: false, reason, message };
  };
  const message = 'its exits would open again what it closes';
  if (isLossReached(input)) return refuse('daily_loss_limit', message);
  if (tradingState(input) === 'REDUCING') return refuse('reduce_only_mode', message);
  if (entry.side === 'buy' && input.position.quantity < 0n) {
    return refuse('short_not_permitted', message);
  }
  return null;
}
