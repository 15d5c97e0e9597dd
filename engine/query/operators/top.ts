import type { Arg, Stage } from '../../../grammar/ast.ts';
import type { Env } from '../env.ts';
import { rankedWords } from '../explain/bounds.ts';
import type { Ir } from '../expression/ir.ts';
import { MAX_GROUPS } from '../grouping/key-index.ts';
import type { Row } from '../signal.ts';
import { compileKey } from '../windows/key.ts';
import { checkColumns } from './columns.ts';
import { argsOf, countOf, keysOf, refuseItems } from './items.ts';
import { type Operator, scopeOf } from './operator.ts';
import { checkOrder, compileOrder, namesOf, type Order, type OrderKey, type Ranked } from './order.ts';
import { Refresh } from './refresh.ts';
import { type TimeReader, timeReader } from './time.ts';
import { mapRows, type SignalOperator, transform } from './transform.ts';

interface TopPlan {
	readonly count: number;
	readonly order: readonly OrderKey[];
	/** What `per` tells apart; empty without it. */
	readonly per: readonly Ir[];
}

/** `top` and `bottom` differ in the order that they begin with. */
const ranking = (name: string, doc: string, descending: boolean): Operator => {
	const operator: Operator = {
		name,
		doc,
		usage: `${name} n by column [asc|desc], … [per key, …]`,
		examples: [`watch http | ${name} 5 by latency`, `watch http | ${name} 1 by latency per route`],
		takes: ['args', 'by'],
		check: (stage, input, context) => {
			if (refuseItems(stage, operator, context)) return null;
			const { args, per } = splitPer(stage);
			const [arg, extra] = args;
			const by = keysOf(stage);
			if (arg === undefined || extra !== undefined || by.length === 0) {
				context.problems.error(extra ? 'CIQ504' : 'CIQ503', extra ?? stage, `\`${name}\` needs a number and a column`, {
					label: `such as \`${name} 5 by latency\``,
				});
				return null;
			}
			const count = countOf(arg.value, stage, input, context);
			const order = checkOrder(by, scopeOf(input, context), descending);
			const keys = checkColumns(per, scopeOf(input, context));
			if (count === null || order === null || keys === null) return null;
			const plan: TopPlan = { count, order, per: keys.map(({ ir }) => ir) };
			const times = timeReader(input);
			return {
				flow: {
					...input,
					shape: 'tables',
					collects: input.collects || input.shape === 'stream',
					orderedBy: namesOf(order, input),
				},
				expressions: [...order.map(({ ir }) => ir), ...plan.per],
				keeps: rankedWords(2 * count, plan.per.length > 0),
				build: (env) =>
					input.shape === 'tables' ? topOfTables(plan, env) : topSoFar(plan, times?.(env) ?? (() => null), env),
			};
		},
	};
	return operator;
};

export const top = ranking('top', 'The n rows with the largest values: of each table, or of a stream so far', true);
export const bottom = ranking(
	'bottom',
	'The n rows with the smallest values: of each table, or of a stream so far',
	false,
);

/** `per` is no word of the grammar: it comes as an argument, and what stands behind it are the keys. */
const splitPer = (stage: Stage): { readonly args: readonly Arg[]; readonly per: readonly Arg[] } => {
	const args = argsOf(stage);
	const at = args.findIndex(({ name, value }) => name === null && value.kind === 'name' && value.name.text === 'per');
	return at < 0 ? { args, per: [] } : { args: args.slice(0, at), per: args.slice(at + 1) };
};

const topOfTables = (plan: TopPlan, env: Env): SignalOperator =>
	mapRows(() => (rows) => {
		const best = new BestOfEach(plan, env);
		for (const row of rows) best.add(row);
		return best.rows();
	});

const topSoFar = (plan: TopPlan, timeOf: TimeReader, env: Env): SignalOperator =>
	transform(() => {
		const best = new BestOfEach(plan, env);
		const refresh = new Refresh(env, () => best.rows());
		return {
			rows: (rows, out) => {
				for (const row of rows) best.add(row);
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

/** The best rows of each key, in order of appearance of the keys. */
class BestOfEach {
	readonly #plan: TopPlan;
	readonly #env: Env;
	readonly #order: Order;
	readonly #keyOf: (row: Row) => string;
	readonly #best = new Map<string, Best>();

	constructor(plan: TopPlan, env: Env) {
		this.#plan = plan;
		this.#env = env;
		this.#order = compileOrder(plan.order, env);
		this.#keyOf = plan.per.length === 0 ? () => '' : compileKey(plan.per, env);
	}

	add(row: Row): void {
		const key = this.#keyOf(row);
		let best = this.#best.get(key);
		if (best === undefined) {
			if (this.#best.size >= MAX_GROUPS) {
				this.#env.context.completeness.foldedGroups++;
				return;
			}
			best = new Best(this.#plan.count, this.#order);
			this.#best.set(key, best);
		}
		best.add(row);
	}

	rows(): Row[] {
		return [...this.#best.values()].flatMap((best) => best.rows());
	}
}

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

	add(row: Row): void {
		if (this.#worst !== null && this.#order.isBehind(row, this.#worst)) return;
		if (this.#kept.push(this.#order.rank(row)) >= 2 * this.#count) this.#trim();
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
