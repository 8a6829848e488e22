const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))$/;

const DAY_MS = 86_400_000;

/**
 * Reads `YYYY-MM-DD` (as its midnight UTC) or an RFC 3339 time with its offset.
 *
 * @returns ms since 1970-01-01 UTC, cut below the millisecond; null if the text is neither.
 */
export function parseInstant(text: string): number | null {
  const date = DATE.exec(text);
  if (date !== null) return dayStart(Number(date[1]), Number(date[2]), Number(date[3]));
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const part = (index: number) => Number(match[index] ?? 0);
  const start = dayStart(part(1), part(2), part(3));
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const [offsetHour, offsetMinute] = [part(10), part(11)];
  if (start === null || hour > 23 || minute > 59 || second > 59) return null;
  if (offsetHour > 23 || offsetMinute > 59) return null;
  const fraction = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offset = (offsetHour * 60 + offsetMinute) * (match[9] === '-' ? -1 : 1);
  return start + ((hour * 60 + minute - offset) * 60 + second) * 1_000 + fraction;
}

/** Midnight UTC of a day of the Gregorian calendar; null if there is no such day. */
function dayStart(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  // Counted from March, so that the leap day is the last of its year and needs no case.
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1;
  const leapDays =
    Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const EPOCH_DAY = 719_468;
  return (marchYear * 365 + leapDays + dayOfYear - EPOCH_DAY) * DAY_MS;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
