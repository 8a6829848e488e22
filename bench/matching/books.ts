import { createRequire } from 'node:module';
import { Book } from '../../domain/book/book';
import type { BookOrder, BookReport } from '../../domain/book/types';
import type { Instruction } from './workloads';

/** A kind of book that flows are fed to. */
export interface Contender {
  /** An empty book: makes a portion's arguments outside the clock, returns what is measured. */
  open(): (portion: readonly Instruction[]) => () => void;
}

const SHARE = 1_000_000_000;
/** Changes are taken once a match transaction, which holds about so many commands under load. */
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

/** Everfill's book, with its reports and the orders that changed; the session makes their rows. */
export const everfillBook: Contender = {
  open() {
    const book = new Book();
    return (portion) => {
      const commands = portion.map((instruction) =>
        instruction.kind === 'cancel' ? instruction.id : toOrder(instruction),
      );
      return () => {
        let reports: BookReport[] = [];
        let untilCommit = COMMANDS_A_TRANSACTION;
        for (const command of commands) {
          if (typeof command === 'string') book.cancel(command, reports);
          else book.submit(command, reports);
          untilCommit -= 1;
          if (untilCommit > 0) continue;
          book.takeChanges();
          reports = [];
          untilCommit = COMMANDS_A_TRANSACTION;
        }
      };
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
    open() {
      const book = new library.OrderBook();
      return (portion) => {
        const commands = portion.map((instruction) => {
          if (instruction.kind === 'cancel') return instruction.id;
          const { id, kind, size } = instruction;
          return kind === 'limit'
            ? { id, side: 'buy', size, price: instruction.price / 10_000 }
            : { side: 'sell', size };
        });
        return () => {
          for (const command of commands) {
            if (typeof command === 'string') book.cancel(command);
            else if ('price' in command) book.limit(command);
            else book.market(command);
          }
        };
      };
    },
  };
}
