import type { Env } from '../env.ts';
import type { Ir } from '../expression/ir.ts';
import { exchangeOf } from '../rows.ts';
import type { Row } from '../signal.ts';
import { compileWholeKey } from '../windows/key.ts';
import { LATENESS_NS } from '../windows/lateness.ts';
import { KeyedBuffer, type Waiting } from './keyed-buffer.ts';
import type { Pairing } from './pairs.ts';

/** How long a call waits for the request that caused it to end; longer requests lose their early calls, which is said. */
export const LONGEST_REQUEST_NS = 60e9;

/**
 * A request is looked at when event time has passed its end, because its calls may be told a little later than itself. A
 * call belongs to the first request that ended around it; when several requests of a process overlap this may be the
 * wrong one, which is said. Rows without a key belong to nothing: two processes that nobody knows are not the same.
 */
export const correlatePairing = (
	[parentKeys, childKeys]: readonly [readonly Ir[], readonly Ir[]],
	within: number,
	env: Env,
): Pairing => {
	/** When the last call began that was forgotten before a request was found for it. */
	let forgotten = Number.NEGATIVE_INFINITY;
	const children = new KeyedBuffer(env, ({ matched, row }) => {
		if (!matched) forgotten = Math.max(forgotten, exchangeOf(row).startTime);
	});
	const found: Row[] = [];
	const parents = new KeyedBuffer(env, (parent) => claim(parent));
	const parentKey = compileWholeKey(parentKeys, env);
	const childKey = compileWholeKey(childKeys, env);
	let latest = 0;
	let lastParent = 0;

	const claim = ({ key, row }: Waiting): void => {
		const parent = exchangeOf(row);
		if (forgotten >= parent.startTime && parent.endTime - parent.startTime > LONGEST_REQUEST_NS)
			env.context.warn('of requests that took more than 60s, calls that ended 60s before them are not counted');
		for (const child of children.of(key)) {
			const { startTime, endTime } = exchangeOf(child.row);
			const caused =
				startTime >= parent.startTime && startTime - parent.startTime <= within && endTime <= parent.endTime;
			if (!caused || child.row === row) continue;
			if (child.matched)
				env.context.warn('requests of one process overlap: their calls are counted for the one that ended first');
			else found.push([row, child.row]);
			child.matched = true;
		}
	};
	const add = (rows: readonly Row[], buffer: KeyedBuffer, keyOf: (row: Row) => string | null): void => {
		for (const row of rows) {
			const { endTime } = exchangeOf(row);
			if (endTime > latest) latest = endTime;
			const key = keyOf(row);
			if (key !== null) buffer.add(key, row, endTime);
		}
	};
	const settle = (): readonly Row[] => {
		parents.dropBefore(latest - LATENESS_NS);
		children.dropBefore(latest - LONGEST_REQUEST_NS);
		return found.splice(0);
	};
	return {
		left: (rows) => {
			add(rows, parents, parentKey);
			lastParent = latest;
			return settle();
		},
		right: (rows) => {
			add(rows, children, childKey);
			return settle();
		},
		time: (now) => {
			if (now > latest) latest = now;
			return settle();
		},
		isOver: () => latest - LATENESS_NS > lastParent,
		end: () => {
			parents.dropBefore(Number.POSITIVE_INFINITY);
			return found.splice(0);
		},
	};
};
