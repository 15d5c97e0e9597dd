import type { Env } from '../env.ts';
import { seenWords } from '../explain/bounds.ts';
import type { Ir } from '../expression/ir.ts';
import type { Row } from '../signal.ts';
import { compileKey } from '../windows/key.ts';
import { checkColumns } from './columns.ts';
import { argsOf, checkWithin, clausesOf, refuseItems } from './items.ts';
import { type Operator, scopeOf } from './operator.ts';
import { MAX_KEYS, Seen } from './seen.ts';
import { type TimeReader, timeReader } from './time.ts';
import { type SignalOperator, transform } from './transform.ts';

export const dedup: Operator = {
	name: 'dedup',
	doc: 'The first row for each value of the keys, whole: of each table, or of a stream, there with `within` again after so long',
	usage: 'dedup key, … [within duration]',
	examples: ['watch http | dedup client_ip, route within 10s'],
	takes: ['args', 'within'],
	check: (stage, input, context) => {
		if (refuseItems(stage, dedup, context)) return null;
		const args = argsOf(stage);
		if (args.length === 0) {
			context.problems.error('CIQ503', stage, '`dedup` needs a key', { label: 'such as `dedup route`' });
			return null;
		}
		const keys = checkColumns(args, scopeOf(input, context));
		const within = checkWithin(stage, input, context);
		if (keys === null || within === undefined) return null;
		const times = timeReader(input);
		if (within !== null && times === null) {
			context.problems.error('CIQ508', clausesOf(stage, 'within')[0] ?? stage, '`within` needs the time of each row', {
				label: 'put `dedup` in front of `stat`, or keep `end_time` in `select`',
			});
			return null;
		}
		const expressions = keys.map(({ ir }) => ir);
		return {
			flow: input,
			expressions,
			keeps: seenWords(MAX_KEYS),
			build: (env) => firstOfEach(expressions, within, () => times?.(env) ?? (() => null), env),
		};
	},
};

/** The first row of each key: of every table, or of a stream. `within` in ns of event time; null is for ever. */
export const firstOfEach = (
	keys: readonly Ir[],
	within: number | null,
	times: () => TimeReader,
	env: Env,
): SignalOperator =>
	transform(() => {
		const keyOf = compileKey(keys, env);
		const timeOf = times();
		const distance = within ?? Number.POSITIVE_INFINITY;
		const keep = (rows: readonly Row[], seen: Seen): Row[] =>
			rows.filter((row) => seen.isNew(keyOf(row), timeOf(row) ?? 0, distance));
		const ofStream = new Seen(env);
		return {
			rows: (rows, out) => {
				const kept = keep(rows, ofStream);
				if (kept.length > 0) out.next({ kind: 'rows', rows: kept });
			},
			table: (table, out) => out.next({ ...table, rows: keep(table.rows, new Seen(env)) }),
		};
	});
