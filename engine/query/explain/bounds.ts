import { NS_PER_MS, NS_PER_SECOND } from '../../nanoseconds.ts';
import { EXACT_ROWS } from '../grouping/grouping.ts';
import { MAX_GROUPS } from '../grouping/key-index.ts';
import { LATENESS_NS } from '../windows/lateness.ts';
import type { Window } from '../windows/window.ts';

const time = (ns: number): string => (ns < NS_PER_SECOND ? `${ns / NS_PER_MS}ms` : `${ns / NS_PER_SECOND}s`);

const late = (keepLate: boolean): string =>
	keepLate ? 'a row that comes later opens its window again' : 'a row that comes later is counted and left out';

/** How rows are put into windows and when those are given, in words; `null` is the running aggregate. */
export function windowWords(window: Window | null): string {
	if (window === null) return 'no window: one table of all rows, given at the end and shown meanwhile on a terminal';
	if (window.kind === 'rows') return `a window of every ${window.count} rows`;
	const closing = `given ${time(LATENESS_NS)} after its end in event time; ${late(window.keepLate)}`;
	if (window.kind === 'session') return `a window ends with a pause of ${time(window.pause)}, ${closing}`;
	const { length, every } = window;
	return length === every
		? `windows of ${time(length)} side by side, each ${closing}`
		: `windows of ${time(length)}, a new one every ${time(every)}, each ${closing}`;
}

/** How much a grouping keeps, in words. */
export const groupingWords = (grouped: boolean, quantiles: boolean): readonly string[] => [
	...(grouped ? [`at most ${MAX_GROUPS} groups at a time; further keys are one group, (other), and are counted`] : []),
	...(quantiles ? [`exact up to ${EXACT_ROWS} rows of a table; quantiles beyond that within 1%, by a sketch`] : []),
];

/** What an operator ranks, in words; `grouped`: of every key. */
export const rankedWords = (rows: number, grouped: boolean): readonly string[] => [
	`keeps at most ${rows} rows${grouped ? ` of each of at most ${MAX_GROUPS} keys; rows of further keys are counted and left out` : ''}`,
];

/** What waits for a partner for so many ns, in words. */
export const waitingWords = (rows: number, ns: number): readonly string[] => [
	`keeps at most ${rows} rows of each side${ns === Number.POSITIVE_INFINITY ? '' : `, for ${time(ns)} of event time`}; beyond that the oldest are given up and counted`,
];

/** What is remembered of rows that were there, in words. */
export const seenWords = (keys: number): readonly string[] => [
	`remembers at most ${keys} different rows; beyond that the oldest are forgotten, may come again, and are counted`,
];

/** What is held until a stream or table is whole. */
export const heldWords = (most: number): string => `holds at most ${most} rows; further ones are left out and counted`;
