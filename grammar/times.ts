const TIME = /^@(?:(\d{4})-(\d\d)-(\d\d)T?)?(?:(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:\d\d)?$/;
const NS_PER_MINUTE = 60_000_000_000;
const NS_PER_SECOND = 1_000_000_000;

export interface TimeValue {
	/** Nanoseconds since 1970; null for a time of day. */
	readonly epochNs: bigint | null;
	/** Nanoseconds since midnight, local; null when there is a date. */
	readonly timeOfDayNs: number | null;
}

type DateParts = readonly [year: number, month: number, day: number, hour: number, minute: number];

/* Set by itself a year is what it says: Date.UTC and the constructor take those below 100 for years of the last century. */

function utcMs([year, month, day, hour, minute]: DateParts): number {
	const date = new Date(0);
	date.setUTCFullYear(year, month, day);
	return date.setUTCHours(hour, minute);
}

function localMs([year, month, day, hour, minute]: DateParts): number {
	const date = new Date(0);
	date.setFullYear(year, month, day);
	return date.setHours(hour, minute, 0, 0);
}

const daysOf = (year: number, month: number): number => new Date(utcMs([year, month, 0, 0, 0])).getUTCDate();

function offsetMinutes(zone: string): number {
	if (zone === 'Z') return 0;
	const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
	return zone.startsWith('-') ? -minutes : minutes;
}

/** Whether a text has the form of a time, which may still name an hour that does not exist. */
export const isTime = (text: string): boolean => text !== '@' && TIME.test(text);

/** Reads `@10:30`, `@2026-01-02` or `@2026-01-02T03:04:05.6Z` (RFC 3339; local without a zone). Gives what is wrong as a string. */
export function timeOf(text: string): TimeValue | string {
	const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = TIME.exec(text) ?? [];
	if (Number(hour) > 23) return `there is no hour ${hour}`;
	if (Number(minute) > 59) return `there is no minute ${minute}`;
	if (Number(second) > 59) return `there is no second ${second}`;
	if (fraction.length > 9) return 'a second has at most nine digits behind the point';
	const ns = Number(second) * NS_PER_SECOND + Number(fraction.padEnd(9, '0'));
	if (year === undefined) {
		return { epochNs: null, timeOfDayNs: (Number(hour) * 60 + Number(minute)) * NS_PER_MINUTE + ns };
	}
	if (Number(month) < 1 || Number(month) > 12) return `there is no month ${month}`;
	if (Number(day) < 1 || Number(day) > daysOf(Number(year), Number(month))) return `that month has no day ${day}`;
	if (zone !== undefined && Math.abs(offsetMinutes(zone)) >= 24 * 60) return `there is no zone ${zone}`;
	const parts: DateParts = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)];
	const ms = zone === undefined ? localMs(parts) : utcMs(parts) - offsetMinutes(zone) * 60_000;
	return { epochNs: BigInt(ms) * 1_000_000n + BigInt(ns), timeOfDayNs: null };
}
