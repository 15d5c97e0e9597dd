import type { Env } from '../env.ts';
import { argsOf, countOf, keysOf, refuseItems } from './items.ts';
import { type Operator, scopeOf } from './operator.ts';
import { checkOrder, compileOrder, type Order, type OrderKey, type Ranked } from './order.ts';
import { Refresh } from './refresh.ts';
import { type TimeReader, timeReader } from './time.ts';
import { mapRows, type SignalOperator, transform } from './transform.ts';

export const top: Operator = {
	name: 'top',
	doc: 'The n rows with the largest values: of each table, or of a stream so far',
	usage: 'top n by column [asc|desc], …',
	examples: ['watch http | top 5 by latency'],
	takes: ['args', 'by'],
	check: (stage, input, context) => {
		if (refuseItems(stage, top, context)) return null;
		const [arg, extra] = argsOf(stage);
		const by = keysOf(stage);
		if (arg === undefined || extra !== undefined || by.length === 0) {
			context.problems.error(extra ? 'CIQ504' : 'CIQ503', extra ?? stage, '`top` needs a number and a column', {
				label: 'such as `top 5 by latency`',
			});
			return null;
		}
		const count = countOf(arg.value, stage, input, context);
		const keys = checkOrder(by, scopeOf(input, context), true);
		if (count === null || keys === null) return null;
		const times = timeReader(input);
		return {
			flow: { ...input, shape: 'tables', collects: input.collects || input.shape === 'stream' },
			expressions: keys.map(({ ir }) => ir),
			build: (env) =>
				input.shape === 'tables'
					? topOfTables(count, keys, env)
					: topSoFar(count, keys, times?.(env) ?? (() => null), env),
		};
	},
};

const topOfTables = (count: number, keys: readonly OrderKey[], env: Env): SignalOperator =>
	mapRows(() => {
		const { rank, compare } = compileOrder(keys, env);
		return (rows) =>
			rows
				.map(rank)
				.sort(compare)
				.slice(0, count)
				.map(({ row }) => row);
	});

const topSoFar = (count: number, keys: readonly OrderKey[], timeOf: TimeReader, env: Env): SignalOperator =>
	transform(() => {
		const order = compileOrder(keys, env);
		const best = new Best(count, order);
		const refresh = new Refresh(env, () => best.rows());
		return {
			rows: (rows, out) => {
				for (const row of rows) best.add(order.rank(row));
				const last = rows.at(-1);
				refresh.at(last === undefined ? null : timeOf(last), out);
			},
			time: (now, out) => {
				refresh.at(now, out);
				out.next({ kind: 'time', now });
			},
			end: (out) => refresh.end(out),
		};
	});

/** Keeps twice what is asked for between two sortings: each row costs O(log n) on average, and memory stays bounded. */
class Best {
	readonly #count: number;
	readonly #order: Order;
	#kept: Ranked[] = [];
	#worst: Ranked | null = null;

	constructor(count: number, order: Order) {
		this.#count = count;
		this.#order = order;
	}

	add(ranked: Ranked): void {
		if (this.#worst !== null && this.#order.compare(ranked, this.#worst) >= 0) return;
		if (this.#kept.push(ranked) >= 2 * this.#count) this.#trim();
	}

	rows(): Ranked['row'][] {
		this.#trim();
		return this.#kept.map(({ row }) => row);
	}

	#trim(): void {
		this.#kept = this.#kept.sort(this.#order.compare).slice(0, this.#count);
		this.#worst = this.#kept[this.#count - 1] ?? null;
	}
}
