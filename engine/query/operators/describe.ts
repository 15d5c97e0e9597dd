import type { Value } from '../../exchange/field.ts';
import { typeText } from '../../exchange/type.ts';
import { Cardinality } from '../aggregates/cardinality.ts';
import { largest, smallest } from '../aggregates/extremes.ts';
import { Frequent } from '../aggregates/frequent.ts';
import { Count } from '../aggregates/moments.ts';
import type { Env } from '../env.ts';
import { compileValue } from '../expression/compile.ts';
import { closedFlow, type FlowColumn } from '../flow.ts';
import { readableText, textOf } from '../functions/format.ts';
import type { Row } from '../signal.ts';
import { refuseItems } from './items.ts';
import { columnsAt } from './named-columns.ts';
import type { Operator } from './operator.ts';
import { Refresh } from './refresh.ts';
import { timeReader } from './time.ts';
import { transform } from './transform.ts';

const COLUMNS = [
	...([
		['column', 'string'],
		['type', 'string'],
		['rows', 'int'],
		['missing', 'int'],
		['distinct', 'int'],
	] as const),
	...([
		['min', 'string'],
		['max', 'string'],
		['most_frequent', 'string'],
	] as const),
] as const;

export const describe: Operator = {
	name: 'describe',
	doc: 'A row for each column: how many values it has and lacks, how many differ (as `dcount` has it), the smallest, largest, most frequent',
	usage: 'describe',
	examples: ['watch http | until 30s | describe', 'watch http | select path, latency | describe'],
	takes: [],
	check: (stage, input, context) => {
		if (refuseItems(stage, describe, context)) return null;
		const columns = columnsAt(stage, input);
		const node = { kind: 'name', name: stage.name, span: stage.span } as const;
		const times = timeReader(input);
		return {
			flow: {
				...closedFlow(
					input,
					COLUMNS.map(([name, type]) => ({ name, type, node })),
				),
				shape: 'tables',
				collects: input.collects || input.shape === 'stream',
			},
			expressions: columns.map(({ ir }) => ir),
			build: (env) =>
				transform(() => {
					const profiles = profilesOf(columns, env);
					const timeOf = times?.(env) ?? (() => null);
					const refresh = new Refresh(env, () => profiles.map((profile) => profile.row()));
					return {
						rows: (rows, out) => {
							for (const row of rows) for (const profile of profiles) profile.add(row);
							const last = rows.at(-1);
							refresh.at(last === undefined ? null : timeOf(last), out);
						},
						time: (now, out) => {
							refresh.at(now, out);
							out.next({ kind: 'time', now });
						},
						table: (table, out) => {
							const own = profilesOf(columns, env);
							for (const row of table.rows) for (const profile of own) profile.add(row);
							out.next({ ...table, rows: own.map((profile) => profile.row()) });
						},
						end: (out) => {
							if (input.shape === 'stream') refresh.end(out);
						},
					};
				}),
		};
	},
};

const profilesOf = (columns: readonly FlowColumn[], env: Env): readonly Profile[] =>
	columns.map((column) => new Profile(column, env));

/** What is known of one column. */
class Profile {
	readonly #column: FlowColumn;
	readonly #get: (row: Row) => Value;
	readonly #text: (value: Value) => string | null;
	readonly #rows = new Count();
	readonly #missing = new Count();
	readonly #distinct = new Cardinality();
	readonly #frequent = new Frequent();
	readonly #least = smallest();
	readonly #most = largest();

	constructor(column: FlowColumn, env: Env) {
		this.#column = column;
		this.#get = compileValue(column.ir, env);
		// The day of a time matters where rows of several are described.
		const write = column.type === 'time' ? textOf : readableText;
		this.#text = (value) => (value === null ? null : write(value, column.type, env.clock));
	}

	add(row: Row): void {
		const value = this.#get(row);
		this.#rows.add();
		if (value === null) {
			this.#missing.add();
			return;
		}
		for (const part of [this.#distinct, this.#frequent, this.#least, this.#most]) part.add(value, null);
	}

	row(): Row {
		const { name, type } = this.#column;
		const top = this.#frequent.value(1);
		const frequent = Array.isArray(top) ? (top[0] as { value: Value }).value : null;
		return [
			...[name, typeText(type), this.#rows.value(), this.#missing.value(), this.#distinct.value()],
			...[this.#text(this.#least.value(0)), this.#text(this.#most.value(0)), this.#text(frequent)],
		];
	}
}
