import type { Results } from '../report';
import { IN_FLIGHT } from '../rounds';
import { placeByHttp } from '../scenarios/placements';
import { runRestingLives } from '../scenarios/resting-lives';
import type { Bench } from '../scenarios/scenario';
import { runTextbookLives } from '../scenarios/textbook-lives';

/** No resting order looks once: it would have been filled when it came. */
const LOOKS = [1, 2, 10] as const;
const ORDERS = 150;

/** How much the comparison with the textbook depends on how long its orders rest. */
export async function addTextbookLooks(bench: Bench, results: Results): Promise<void> {
  for (const looks of LOOKS) {
    const name = `looks-${looks}`;
    const before = await runRestingLives(bench, `${name}-1`, ORDERS, IN_FLIGHT, placeByHttp);
    const textbookRate = await runTextbookLives(bench, name, ORDERS, IN_FLIGHT, looks);
    const after = await runRestingLives(bench, `${name}-2`, ORDERS, IN_FLIGHT, placeByHttp);
    const rate = (before.perSecond + after.perSecond) / 2;
    results.add(`resting_lives_to_textbook_of_${looks}_looks`, rate / textbookRate);
  }
}
