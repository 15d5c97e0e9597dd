import type { Env } from '../env.ts';
import { heldWords, windowWords } from '../explain/bounds.ts';
import type { Row } from '../signal.ts';
import { checkWindow, LATE } from '../windows/check-window.ts';
import { compileKey } from '../windows/key.ts';
import type { Contents } from '../windows/window.ts';
import { windowed } from '../windows/windowed.ts';
import { checkColumns } from './columns.ts';
import { keysOf, refuseItems } from './items.ts';
import { type Operator, scopeOf } from './operator.ts';
import { timeReader } from './time.ts';

/** Rows of one window that are kept; the rest is counted as lost. */
const MAX_ROWS = 100_000;

export const window: Operator = {
	name: 'window',
	doc: 'Puts rows into a table for each window, in which `sort`, `top`, `head` and their kin act on their own',
	usage: 'window duration | window over duration every duration | window every session(pause) [by key, …] | every n',
	examples: [
		'watch http | window 5s | top 3 by latency',
		'watch http | window every session(1s) by client_ip | head 1',
	],
	takes: ['args', 'by', 'every', 'over'],
	flags: [LATE],
	check: (stage, input, context) => {
		if (refuseItems(stage, window, context)) return null;
		const items = checkWindow(stage, input, context);
		const keys = checkColumns(keysOf(stage), scopeOf(input, context));
		if (items === null || keys === null) return null;
		const { window: wanted, args } = items;
		if (wanted === null || args[0] !== undefined) {
			context.problems.error(args[0] ? 'CIQ504' : 'CIQ503', args[0] ?? stage, '`window` takes one window', {
				label: 'such as `window 5s`',
			});
			return null;
		}
		const times = timeReader(input);
		const expressions = keys.map(({ ir }) => ir);
		return {
			flow: { ...input, shape: 'tables', windowNs: wanted.kind === 'time' ? wanted.length : undefined },
			expressions,
			keeps: [windowWords(wanted), heldWords(MAX_ROWS)],
			build: (env) =>
				windowed(
					wanted,
					{
						contents: () => rowsAsTheyAre(env),
						times: () => times?.(env) ?? (() => null),
						keyOf: () => compileKey(expressions, env),
					},
					env,
				),
		};
	},
};

const rowsAsTheyAre = (env: Env): Contents<Row[]> => {
	const add = (rows: Row[], row: Row): void => {
		if (rows.length < MAX_ROWS) rows.push(row);
		else if (env.context.completeness.overflowed++ === 0)
			env.context.warn(`only the first ${MAX_ROWS} rows of a window are kept: use \`stat\``);
	};
	return {
		open: () => [],
		add,
		merge: (rows, part) => {
			for (const row of part) add(rows, row);
		},
		rows: (rows) => rows,
		givesEmpty: false,
	};
};
