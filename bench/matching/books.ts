import { createRequire } from 'node:module';
import { Book } from '../../domain/book/book';
import type { BookOrder, BookReport } from '../../domain/book/types';
import type { Instruction } from './workloads';

/** Feeds one book with a flow it was given before; what it answers is its length, for checking. */
export interface Contender {
  /** Makes the calls' arguments outside the clock, and returns what is to be measured. */
  prepare(instructions: readonly Instruction[]): () => void;
}

const SHARE = 1_000_000_000;
/** Rows are taken once a match transaction, which holds about so many commands under load. */
const COMMANDS_A_TRANSACTION = 100;

/** One literal for all: the market session makes its orders of one shape too. */
function toOrder(instruction: Exclude<Instruction, { kind: 'cancel' }>): BookOrder {
  const isLimit = instruction.kind === 'limit';
  return {
    orderId: instruction.id,
    accountId: isLimit ? 'buyer' : 'seller',
    side: isLimit ? 'buy' : 'sell',
    type: instruction.kind,
    timeInForce: isLimit ? 'gtc' : 'ioc',
    quantity: instruction.size * SHARE,
    filled: 0,
    limitPrice: isLimit ? instruction.price : null,
    stopPrice: null,
    protectionPrice: null,
    postOnly: false,
    selfTradePrevention: 'expire_taker',
  };
}

/** Everfill's book, with its reports and the rows that a transaction would store. */
export const everfillBook: Contender = {
  prepare(instructions) {
    const commands = instructions.map((instruction) =>
      instruction.kind === 'cancel' ? instruction.id : toOrder(instruction),
    );
    return () => {
      const book = new Book();
      let reports: BookReport[] = [];
      commands.forEach((command, index) => {
        if (typeof command === 'string') book.cancel(command, reports);
        else book.submit(command, reports);
        if (index % COMMANDS_A_TRANSACTION !== 0) return;
        book.takeChanges();
        reports = [];
      });
    };
  },
};

interface RivalBook {
  limit(order: Readonly<Record<string, unknown>>): unknown;
  market(order: Readonly<Record<string, unknown>>): unknown;
  cancel(id: string): unknown;
}

/** `nodejs-order-book`, as its own benchmark calls it; `null` where it is not installed. */
export function findRivalBook(): Contender | null {
  let library: { readonly OrderBook: new () => RivalBook };
  try {
    library = createRequire(__filename)('nodejs-order-book') as typeof library;
  } catch {
    return null;
  }
  return {
    prepare(instructions) {
      const commands = instructions.map((instruction) => {
        if (instruction.kind === 'cancel') return instruction.id;
        const { id, kind, size } = instruction;
        return kind === 'limit'
          ? { id, side: 'buy', size, price: instruction.price / 10_000 }
          : { side: 'sell', size };
      });
      return () => {
        const book = new library.OrderBook();
        for (const command of commands) {
          if (typeof command === 'string') book.cancel(command);
          else if ('price' in command) book.limit(command);
          else book.market(command);
        }
      };
    },
  };
}
