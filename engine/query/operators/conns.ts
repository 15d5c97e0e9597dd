import { EMPTY, filter, map, merge } from 'rxjs';
import { CHANGE_COLUMNS, CONNECTION_COLUMNS, type ConnectionColumn } from '../../exchange/connection-columns.ts';
import type { Env } from '../env.ts';
import { checkCondition } from '../expression/check.ts';
import { compileTest } from '../expression/compile-test.ts';
import type { Ir } from '../expression/ir.ts';
import type { Flow, FlowColumn } from '../flow.ts';
import { valuesOf } from '../rows.ts';
import { allOf, clausesOf, flagOf, refuseItems } from './items.ts';
import { type Operator, scopeOf } from './operator.ts';
import { presentOf, presentTable } from './present.ts';
import type { SignalOperator } from './transform.ts';
import { sourceOf } from './watch.ts';
import { filterRows } from './where.ts';

export const conns: Operator = {
	name: 'conns',
	doc: 'The table of connections: refreshed on a terminal, else as it is now or when `until` ends it; of a recording as it was at its end',
	usage: 'conns [where condition] [--follow]',
	examples: ['conns where state == "ESTABLISHED" | stat count() by comm', 'conns --follow | head 5'],
	flags: [{ name: 'follow', value: null, doc: 'A row for each connection when it is opened, and when it is closed' }],
	columns: CONNECTION_COLUMNS,
	takes: ['where'],
	source: true,
	check: (stage, _, context) => {
		if (refuseItems(stage, conns, context)) return null;
		const follows = flagOf(stage, 'follow') !== null;
		const source = sourceOf(context);
		const node = { kind: 'name', name: stage.name, span: stage.span } as const;
		const flow: Flow = {
			exchanges: false,
			columns: flowColumns(follows ? CHANGE_COLUMNS : CONNECTION_COLUMNS, node),
			nested: [],
			protocols: null,
			shape: follows ? 'stream' : 'tables',
			bounded: source.kind === 'from' || !follows,
			collects: false,
			heldBy: null,
		};
		const conditions = clausesOf(stage, 'where').map((clause) => checkCondition(clause.value, scopeOf(flow, context)));
		if (conditions.includes(null)) return null;
		const condition = allOf(conditions.filter((ir) => ir !== null));
		return {
			flow,
			source,
			transparent: true,
			present: 'connections',
			expressions: condition === null ? [] : [condition],
			...(condition !== null && { condition }),
			build: (env) => (signals) => {
				const rows = signals.pipe(follows ? changes(env) : presentTable((present) => present.connections(), true, env));
				return condition === null ? rows : rows.pipe(filterRows(() => compileTest(condition, false, env), env));
			},
		};
	},
};

/** Their names are those of the fields of exchanges and mean the same, so that the kernel can decide by them, too. */
const flowColumns = (columns: readonly ConnectionColumn[], node: Ir['node']): readonly FlowColumn[] =>
	columns.map(({ get: _, ...column }, index) => ({
		name: column.name,
		type: column.type,
		...(column.key && { key: column.key }),
		ir: { kind: 'field', type: column.type, node, field: { ...column, get: (row) => valuesOf(row)[index] ?? null } },
	}));

/** In place of the exchanges what happens to connections. */
const changes =
	(env: Env): SignalOperator =>
	(signals) =>
		merge(
			signals.pipe(filter(({ kind }) => kind === 'time')),
			(presentOf(env)?.changes ?? EMPTY).pipe(map((rows) => ({ kind: 'rows', rows }) as const)),
		);
