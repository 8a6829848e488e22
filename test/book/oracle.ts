import type { BookOrder, BookReport, Quote, Replacement } from '../../domain/book/types';
import {
  facing,
  fits,
  flip,
  inOrder,
  isForAuction,
  isMarketLike,
  type Line,
  nextTriggerOf,
  type Offer,
  pictureOf,
  plainSaying,
  replacedOrder,
  type Side,
  stopBehind,
  waitingOf,
  worstPrice,
} from './oracle-line';

/**
 * The rules of the book once more, as plainly as they can be said: one list of lines, searched and
 * sorted again for every trade. It is slow on purpose; the fast book is compared with it.
 */

export class NaiveBook {
  lines: Line[] = [];
  offers: Offer[] = [];
  last: number | null = null;
  halted = false;
  closed = false;
  private out: BookReport[] = [];
  private pending: Quote | null = null;
  private prints: number[] = [];
  private places = 0;
  private trades = 0;

  submit(order: BookOrder, reports: BookReport[]): void {
    this.out = reports;
    const line = this.newLine(order);
    this.lines.push(line);
    if (this.closed && ['ioc', 'fok'].includes(order.timeInForce)) {
      this.end(line, 'canceled', 'market_closed');
    } else if (this.isStill() || ['opg', 'cls'].includes(order.timeInForce)) {
      this.put(line, 'outside', 0);
    } else this.auction([line]);
    this.drainPrints();
  }

  cancel(orderId: string, reports: BookReport[]): void {
    this.out = reports;
    const line = this.find(orderId);
    if (line) this.end(line, 'canceled', 'requested');
    else this.say('cancel_rejected', orderId, 0, 'order_not_open');
  }

  expire(orderId: string, reports: BookReport[]): void {
    this.out = reports;
    const line = this.find(orderId);
    if (line) this.end(line, 'expired', 'requested');
  }

  replace(orderId: string, wish: Replacement, reports: BookReport[]): void {
    this.out = reports;
    const line = this.find(orderId);
    if (!line?.order) {
      this.say('replace_rejected', orderId, 0, 'order_not_open', wish.orderId);
      return;
    }
    const before = line.order;
    const filled = before.quantity - line.open;
    const after = replacedOrder(before, wish, filled, line.armed);
    if (wish.quantity < filled) {
      this.say('replace_rejected', orderId, line.open, 'quantity_below_filled', wish.orderId);
      return;
    }
    const samePrices =
      after.limitPrice === before.limitPrice &&
      after.protectionPrice === before.protectionPrice &&
      (!line.armed || after.stopPrice === before.stopPrice) &&
      (!line.armed || after.trailPrice === before.trailPrice) &&
      (!line.armed || after.trailPercent === before.trailPercent);
    if (samePrices && wish.quantity <= before.quantity && wish.quantity > filled) {
      line.order = after;
      line.open = wish.quantity - filled;
      this.say('replaced', orderId, line.open, 'requested', wish.orderId);
      return;
    }
    const goesLive = !this.isStill() && !line.armed;
    if (wish.quantity > filled && goesLive && after.postOnly && this.meets(line.side, after)) {
      this.say('replace_rejected', orderId, line.open, 'post_only_would_take', wish.orderId);
      return;
    }
    this.drop(line);
    this.say('replaced', orderId, wish.quantity - filled, 'requested', wish.orderId);
    if (wish.quantity > filled) this.submit(after, reports);
  }

  quote(quote: Quote, reports: BookReport[]): void {
    this.out = reports;
    if (this.isStill()) {
      this.pending = { ...quote, print: quote.print ?? this.pending?.print ?? null };
      return;
    }
    this.takeQuote(quote);
  }

  halt(): void {
    this.halted = true;
  }

  unhalt(reports: BookReport[]): void {
    this.out = reports;
    this.halted = false;
    if (!this.closed) this.wake([]);
  }

  openSession(reports: BookReport[]): void {
    this.out = reports;
    if (!this.closed) return;
    this.closed = false;
    if (this.halted) this.callOff('opg');
    else this.wake(['opg']);
  }

  closeSession(reports: BookReport[]): void {
    this.out = reports;
    if (this.closed) return;
    if (this.halted) this.callOff('cls');
    else this.auction(waitingOf(this.lines, ['cls']).filter(isForAuction));
    this.closed = true;
    this.pending = null;
    for (const offer of this.offers) this.drop(offer.line);
    this.offers = [];
    for (const line of inOrder(this.lines)) {
      if (line.order && !['gtc', 'opg'].includes(line.order.timeInForce))
        this.end(line, 'expired', 'session_close');
    }
  }

  view() {
    return pictureOf(this);
  }

  nextTriggerBetween(from: number, to: number): number | null {
    return nextTriggerOf(this.lines, from, to);
  }

  private isStill(): boolean {
    return this.halted || this.closed;
  }

  private callOff(auction: string): void {
    for (const line of waitingOf(this.lines, [auction])) {
      if (line.order?.timeInForce === auction) this.end(line, 'canceled', 'symbol_halted');
    }
  }

  /** Lets each join after the other; whoever came for the auction alone leaves again. */
  private auction(lines: readonly Line[]): void {
    for (const line of lines) {
      if (line.order?.waits === true) {
        this.say('activated', line.order.orderId, line.open, null);
      }
      this.join(line);
      this.drainPrints();
    }
    for (const line of lines) {
      if (isForAuction(line) && this.lines.includes(line))
        this.end(line, 'canceled', 'auction_unfilled');
    }
  }

  private wake(auctions: readonly string[]): void {
    const quote = this.pending;
    this.pending = null;
    if (quote) this.takeQuote({ ...quote, gap: true });
    this.auction(waitingOf(this.lines, auctions));
  }

  private join(line: Line): void {
    const order = line.order as BookOrder;
    if (line.armed && order.type === 'trailing_stop') {
      line.best = this.last;
      this.put(line, 'stops', this.last === null ? NaN : stopBehind(order, this.last));
    } else if (line.armed && order.stopPrice !== null) {
      if (this.last === null || !fits(flip(line.side), order.stopPrice, this.last)) {
        this.put(line, 'stops', order.stopPrice);
        return;
      }
      this.trigger(line);
    } else {
      this.goLive(line);
    }
  }

  private trigger(line: Line): void {
    line.armed = false;
    this.say('triggered', (line.order as BookOrder).orderId, line.open, null);
    this.goLive(line);
  }

  private goLive(line: Line): void {
    const order = line.order as BookOrder;
    line.where = 'nowhere';
    if (order.postOnly && this.meets(line.side, order)) {
      this.end(line, 'rejected', 'post_only_would_take');
      return;
    }
    if (order.timeInForce === 'fok' && !this.canFillWhole(line)) return;
    this.sweep(line);
    if (!this.lines.includes(line)) return;
    const worst = worstPrice(order);
    if (order.timeInForce === 'ioc' || worst === null) {
      this.end(line, 'canceled', isMarketLike(order) ? 'insufficient_liquidity' : 'ioc_unfilled');
    } else {
      this.put(line, 'queue', worst);
    }
  }

  private meets(side: Side, order: BookOrder): boolean {
    return facing(this.lines, side, worstPrice(order)).length > 0;
  }

  private canFillWhole(line: Line): boolean {
    const order = line.order as BookOrder;
    const others: Line[] = [];
    const own: Line[] = [];
    let found = 0;
    for (const one of facing(this.lines, line.side, worstPrice(order))) {
      if (found >= line.open) break;
      const isOwn = one.order?.accountId === order.accountId;
      (isOwn ? own : others).push(one);
      if (!isOwn) found += one.open;
    }
    if (found < line.open) {
      this.end(line, 'canceled', 'fok_unfilled');
      return false;
    }
    if (own[0] && order.selfTradePrevention !== 'expire_maker') {
      if (order.selfTradePrevention === 'expire_both') {
        this.end(own[0], 'canceled', 'self_trade_prevented');
      }
      this.end(line, 'canceled', 'self_trade_prevented');
      return false;
    }
    return true;
  }

  private sweep(taker: Line): void {
    const order = taker.order as BookOrder;
    while (taker.open > 0 && this.lines.includes(taker)) {
      const maker = facing(this.lines, taker.side, worstPrice(order))[0];
      if (!maker) return;
      if (maker.order?.accountId === order.accountId) {
        const mode = order.selfTradePrevention;
        if (mode !== 'expire_taker') this.end(maker, 'canceled', 'self_trade_prevented');
        if (mode !== 'expire_maker') this.end(taker, 'canceled', 'self_trade_prevented');
        continue;
      }
      let price = maker.price;
      if (maker.order && isMarketLike(maker.order)) {
        // Both accept anything between their two worst prices; the last print says where.
        const worst = worstPrice(order) ?? maker.price;
        const range = [worst, maker.price, this.last ?? worst].sort((a, b) => a - b);
        price = range[1] as number;
      }
      this.deal(taker, maker, price);
    }
  }

  private deal(taker: Line, maker: Line, price: number): void {
    const quantity = Math.min(taker.open, maker.open);
    this.trades += 1;
    this.prints.push(price);
    const lines = [taker, maker];
    for (const line of lines) {
      line.open -= quantity;
      if (line.order) {
        const other = line === taker ? maker : taker;
        this.out.push({
          ...plainSaying('trade', line.order.orderId, line.open, null, null),
          price,
          quantity,
          liquidity: line === taker ? 'taker' : 'maker',
          counterparty: other.order ? 'user' : 'market_maker',
          trade: this.trades,
        });
      }
      if (line.open === 0) this.drop(line);
    }
  }

  private takeQuote(quote: Quote): void {
    const before = this.offers;
    this.offers = [];
    const sides: [Side, Quote['bids']][] = [
      ['sell', quote.asks],
      ['buy', quote.bids],
    ];
    const fresh: Offer[] = [];
    for (const [side, levels] of sides) {
      for (const { price, size } of levels) {
        const old = before.find((offer) => offer.side === side && offer.price === price);
        if (old && (size === old.shown || size <= old.line.open)) {
          if (size !== old.shown) old.line.open = size;
          this.offers.push({ ...old, shown: size });
        } else {
          const line: Line = { ...this.newLine(null), side, price, open: size };
          const offer = { side, price, shown: size, line };
          this.offers.push(offer);
          fresh.push(offer);
        }
      }
    }
    const kept = this.offers.map((offer) => offer.line);
    for (const { line } of before) if (!kept.includes(line)) this.drop(line);
    for (const offer of fresh) this.hit(offer, quote.gap);
    for (const { line, price } of fresh) {
      if (line.open > 0) this.lines.push(line);
      this.put(line, 'queue', price);
    }
    if (quote.print !== null) this.prints.push(quote.print);
    this.drainPrints();
  }

  private hit({ side, price, line }: Offer, gap: boolean): void {
    for (const maker of facing(this.lines, side, price)) {
      if (maker.order === null || line.open === 0) continue;
      this.deal(line, maker, gap || isMarketLike(maker.order) ? price : maker.price);
    }
  }

  private drainPrints(): void {
    while (this.prints.length > 0) {
      const print = this.prints.shift() as number;
      this.last = print;
      for (const line of this.lines) {
        if (line.where !== 'stops' || line.order?.type !== 'trailing_stop') continue;
        const seen = line.best ?? print;
        line.best = line.side === 'sell' ? Math.max(seen, print) : Math.min(seen, print);
        line.price = stopBehind(line.order, line.best);
      }
      const reached = this.lines.filter(
        (line) => line.where === 'stops' && fits(flip(line.side), line.price, print),
      );
      const buys = reached.filter((line) => line.side === 'buy');
      const sells = reached.filter((line) => line.side === 'sell');
      buys.sort((a, b) => a.price - b.price || a.place - b.place);
      sells.sort((a, b) => b.price - a.price || a.place - b.place);
      for (const line of [...buys, ...sells]) line.where = 'nowhere';
      for (const line of [...buys, ...sells]) this.trigger(line);
    }
  }

  private newLine(order: BookOrder | null): Line {
    return {
      order,
      side: order?.side ?? 'buy',
      where: 'nowhere',
      price: 0,
      open: order ? order.quantity - order.filled : 0,
      place: 0,
      armed: (order?.stopPrice ?? order?.trailPrice ?? order?.trailPercent ?? null) !== null,
      best: null,
    };
  }

  private put(line: Line, where: Line['where'], price: number): void {
    this.places += 1;
    Object.assign(line, { where, price, place: this.places });
  }

  private find(orderId: string): Line | undefined {
    return this.lines.find((line) => line.order?.orderId === orderId);
  }

  private drop(line: Line): void {
    this.lines = this.lines.filter((one) => one !== line);
  }

  private end(line: Line, kind: BookReport['kind'], reason: BookReport['reason']): void {
    this.drop(line);
    this.say(kind, (line.order as BookOrder).orderId, 0, reason);
  }

  private say(
    kind: BookReport['kind'],
    orderId: string,
    leaves: number,
    reason: BookReport['reason'],
    replacementId: string | null = null,
  ): void {
    this.out.push(plainSaying(kind, orderId, leaves, reason, replacementId));
  }
}
