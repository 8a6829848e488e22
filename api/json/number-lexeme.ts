/** A JSON number as it was written: no float ever holds a price or a quantity. */
export class NumberLexeme {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Plain decimal text of the same value, `1.5e-3` as `0.0015`. */
  toDecimal(): string {
    const match = EXPONENT_FORM.exec(this.text);
    if (match === null) return this.text;
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
    return sign + shiftPoint(whole, fraction, Number(exponent));
  }

  /** What a reader of a log sees. */
  toJSON(): string {
    return this.text;
  }
}

const EXPONENT_FORM = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/;

/** Moves the point of `whole.fraction` by `places`, to the right when positive. */
function shiftPoint(whole: string, fraction: string, places: number): string {
  const digits = whole + fraction;
  const point = whole.length + places;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = point <= 0 ? 1 : point;
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const rest = padded.slice(at).replace(/0+$/, '');
  return rest === '' ? integer : `${integer}.${rest}`;
}
