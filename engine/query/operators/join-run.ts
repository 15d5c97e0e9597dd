import type { Env } from '../env.ts';
import type { Row } from '../signal.ts';
import { compileWholeKey } from '../windows/key.ts';
import { LATENESS_NS } from '../windows/lateness.ts';
import { KeysApart } from './join-apart.ts';
import type { JoinKeys } from './join-keys.ts';
import { KeyedBuffer, type Waiting } from './keyed-buffer.ts';
import type { Pairing } from './pairs.ts';
import type { TimeReader } from './time.ts';

/** Partners of one row: a key that so many rows share is none, and their product would fill the memory. */
const MAX_PARTNERS = 1000;

export interface JoinPlan {
	readonly keys: JoinKeys;
	/** How far apart two partners may be, ns. */
	readonly within: number;
	readonly mode: 'inner' | 'left' | 'anti';
	readonly times: readonly [Times, Times];
}

type Times = ((env: Env) => TimeReader) | null;

/** Every row waits for partners until event time has passed it by `within`. A missing key has no partner. */
export const joinPairing = ({ keys, within, mode, times }: JoinPlan, env: Env): Pairing => {
	/** What a row of the left without a partner is shown as. */
	const alone = (row: Row): Row => (mode === 'anti' ? row : pair(row, null));
	const areNear = (one: Waiting, other: Waiting): boolean => Math.abs(one.time - other.time) <= within;
	const unmatched: Row[] = [];
	const left = new KeyedBuffer(env, ({ row, matched }) => {
		if (!matched && mode !== 'inner') unmatched.push(alone(row));
	});
	const right = new KeyedBuffer(env, () => {});
	const leftKey = compileWholeKey(keys.left, env, (row) => [row, null]);
	const rightKey = compileWholeKey(keys.right, env, (row) => [null, row]);
	const timeOf = (reader: Times): TimeReader => reader?.(env) ?? (() => null);
	const leftTime = timeOf(times[0]);
	const rightTime = timeOf(times[1]);
	let apart: KeysApart | null = new KeysApart(within);
	let latest = 0;
	let lastLeft = 0;

	/** All partners are told that they have one, or `--anti` and `--left` would take them for rows without. */
	const match = (one: Waiting, others: KeyedBuffer, give: (other: Waiting) => void): void => {
		const full = others.lastFull(one.key);
		let isLeftOut = full !== undefined && areNear(one, full);
		let becameFull = false;
		for (const other of others.of(one.key)) {
			if (!areNear(one, other)) continue;
			one.matched = true;
			other.matched = true;
			apart = null;
			if (one.partners < MAX_PARTNERS && other.partners < MAX_PARTNERS) {
				one.partners++;
				if (++other.partners === MAX_PARTNERS) becameFull = true;
				give(other);
				continue;
			}
			isLeftOut = true;
			if (mode === 'inner' && one.partners === MAX_PARTNERS) break;
		}
		// With `--left` a full row still tells others that they have a partner.
		if (becameFull && mode === 'inner') others.takeOutFull(one.key, MAX_PARTNERS);
		if (isLeftOut) tooMany();
	};
	const tooMany = (): void => {
		env.context.completeness.overflowed++;
		env.context.warn(
			`\`join\`: some rows have more than ${MAX_PARTNERS} partners, the rest of which is left out: compare more \`on\`, or a shorter \`within\``,
		);
	};
	/** Where only rows without a partner count, none needs to know all of them. */
	const mark = (one: Waiting, isLeft: boolean): void => {
		if (isLeft) one.matched = right.of(one.key).some((other) => areNear(one, other));
		else
			for (const other of left.of(one.key)) {
				if (!areNear(one, other)) continue;
				other.matched = true;
				apart = null;
			}
		if (one.matched) apart = null;
	};
	const settle = (found: readonly Row[]): readonly Row[] => {
		const before = latest - LATENESS_NS - within;
		right.dropBefore(before);
		left.dropBefore(before);
		return [...found, ...unmatched.splice(0)];
	};
	const take = (rows: readonly Row[], isLeft: boolean): readonly Row[] => {
		const found: Row[] = [];
		for (const row of rows) {
			const time = (isLeft ? leftTime : rightTime)(row) ?? latest;
			if (time > latest) latest = time;
			if (isLeft && time > lastLeft) lastLeft = time;
			const key = (isLeft ? leftKey : rightKey)(row);
			if (key === null) {
				if (isLeft && mode !== 'inner') found.push(alone(row));
				continue;
			}
			const one = (isLeft ? left : right).add(key, row, time);
			apart?.see(key, time, isLeft);
			if (mode === 'anti') mark(one, isLeft);
			else
				match(one, isLeft ? right : left, (other) => {
					found.push(isLeft ? pair(row, other.row) : pair(other.row, row));
				});
		}
		return settle(found);
	};
	return {
		left: (rows) => take(rows, true),
		right: (rows) => take(rows, false),
		time: (now) => {
			if (now > latest) latest = now;
			return settle([]);
		},
		isOver: () => latest - LATENESS_NS > lastLeft + within,
		end: () => {
			left.dropBefore(Number.POSITIVE_INFINITY);
			const warning = apart?.warning ?? null;
			if (warning !== null) env.context.warn(warning);
			return unmatched.splice(0);
		},
	};
};

const pair = (left: Row, right: Row | null): Row => [left, right];
