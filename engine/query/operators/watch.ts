import type { Arg, Expr, Stage } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { MAX_REPEATED } from '../../../grammar/problem.ts';
import { cover } from '../../../grammar/span.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { lookupField } from '../../exchange/catalog.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import type { Env } from '../env.ts';
import { checkCondition } from '../expression/check.ts';
import { compileTest } from '../expression/compile-test.ts';
import type { Ir } from '../expression/ir.ts';
import type { Flow } from '../flow.ts';
import type { Plan } from '../plan.ts';
import { PLANNED_PROTOCOLS } from '../planned.ts';
import { exchangeOf } from '../rows.ts';
import type { Row } from '../signal.ts';
import { allOf, argsOf, clausesOf, refuseItems } from './items.ts';
import { type CheckContext, type CheckedStage, type Operator, scopeOf } from './operator.ts';
import { mapRows, type SignalOperator } from './transform.ts';
import { filterRows } from './where.ts';

export const watch: Operator = {
	name: 'watch',
	doc: 'The exchanges of the named protocols, or of all, as each observed end saw them',
	usage: 'watch [protocol, …] [where condition]',
	examples: ['watch', 'watch http', 'watch http where status >= 500'],
	takes: ['args', 'where'],
	source: true,
	check: (stage, _, context) => {
		if (refuseItems(stage, watch, context)) return null;
		return checkSource(stage, argsOf(stage), sourceOf(context), context);
	},
};

/** Where the records of a source without a file of its own come from: the kernel, or what `--from` says. */
export const sourceOf = ({ from }: CheckContext): Plan['source'] => from ?? { kind: 'watch' };

/** How a source makes its rows of what it is given, and what is different about them from those of `watch`. */
export interface SourceRows {
	readonly flow: Pick<Flow, 'columns' | 'shape' | 'collects'>;
	readonly build: (env: Env) => SignalOperator;
}

/** What `watch`, `from` and `pending` have in common: protocols and a condition. */
export const checkSource = (
	stage: Stage,
	protocols: readonly Arg[],
	source: Plan['source'],
	context: CheckContext,
	rows?: SourceRows,
): CheckedStage | null => {
	if (refuseTwoWords(stage, protocols, context)) return null;
	const names = protocols.map((arg) => protocolOf(arg, context));
	const flow: Flow = {
		exchanges: true,
		columns: [],
		nested: [],
		protocols: names.length === 0 ? null : names.filter((name) => name !== null),
		shape: 'stream',
		bounded: source.kind === 'from',
		collects: false,
		heldBy: null,
		...rows?.flow,
	};
	const conditions: (Ir | null)[] = clausesOf(stage, 'where').map((clause) =>
		checkCondition(clause.value, scopeOf(flow, context)),
	);
	if (names.includes(null) || conditions.includes(null)) return null;
	const condition = allOf(conditions.filter((ir) => ir !== null));
	return {
		flow,
		source,
		transparent: true,
		expressions: condition === null ? [] : [condition],
		...(condition !== null && { condition }),
		build: (env) => (signals) => {
			const all = rows === undefined ? signals : signals.pipe(rows.build(env));
			const wanted = flow.protocols === null ? all : all.pipe(onlyProtocols(flow.protocols));
			return condition === null ? wanted : wanted.pipe(filterRows(() => compileTest(condition, false, env), env));
		},
	};
};

/** Pipelines share one capture, which has what any of them asked for. Most batches are of one protocol: they pass whole. */
const onlyProtocols = (protocols: readonly string[]): SignalOperator =>
	mapRows(() => {
		const isWanted = (row: Row): boolean => protocols.includes(exchangeOf(row).protocol);
		return (rows) => (rows.every(isWanted) ? rows : rows.filter(isWanted));
	});

const protocolOf = (arg: Arg, { problems }: CheckContext): string | null => {
	const { value } = arg;
	const name = value.kind === 'name' ? value.name.text : null;
	if (name !== null && PROTOCOLS.some((protocol) => protocol.name === name)) return name;
	if (name !== null && PLANNED_PROTOCOLS.has(name)) {
		problems.error('CIQ501', arg, `\`${name}\` is not yet supported`, {
			label: `there is ${PROTOCOLS.map((protocol) => protocol.name).join(', ')}`,
		});
		return null;
	}
	const known = PROTOCOLS.map((protocol) => protocol.name);
	const near = name === null ? null : nearest(name, [...known, 'where']);
	const mend =
		name === null
			? conditionMend(value, known)
			: (fieldMend(name) ?? (near !== null ? `did you mean \`${near}\`?` : null));
	problems.error('CIQ304', arg, name === null ? 'a protocol is needed here' : `no protocol \`${name}\``, {
		label:
			mend ?? (name !== null && EVERYTHING.has(name) ? 'leave it out to take all' : `there is ${known.join(', ')}`),
	});
	return null;
};

/** `watch http failed`. */
const fieldMend = (name: string): string | null => {
	const found = lookupField(name, null);
	if (found?.kind !== 'field') return null;
	return found.field.type === 'bool' ? `write \`where ${name}\`` : 'a condition stands behind `where`';
};

const EVERYTHING: ReadonlySet<string> = new Set(['all', 'any', 'everything', 'tcp']);

const conditionMend = (value: Expr, protocols: readonly string[]): string => {
	const text = printExpr(value);
	if (value.kind === 'string' && protocols.includes(value.value)) return `write \`${value.value}\``;
	const isShort = value.kind === 'binary' && text.length <= MAX_REPEATED;
	return isShort ? `write \`where ${text}\`` : 'a condition stands behind `where`';
};

/** `port 80`, `since 5m`: what packet filters and others say in two words. */
const TWO_WORDS: ReadonlyMap<string, (value: string) => string> = new Map([
	['port', (value) => `server_port == ${value}`],
	['host', (value) => `remote_ip == ${value}`],
	['src', (value) => `client_ip == ${value}`],
	['dst', (value) => `server_ip == ${value}`],
	['net', (value) => `remote_ip in ${value}`],
	['pid', (value) => `pid == ${value}`],
	['since', (value) => `ts > ago(${value})`],
	['last', (value) => `ts > ago(${value})`],
]);

const VALUES: ReadonlySet<Expr['kind']> = new Set(['int', 'ip', 'cidr', 'duration']);

/** Whether it was such a filter, which has then been reported. */
const refuseTwoWords = (stage: Stage, args: readonly Arg[], { problems }: CheckContext): boolean => {
	for (const [at, { value, span }] of args.entries()) {
		const behind = args[at + 1];
		const condition = value.kind === 'name' ? TWO_WORDS.get(value.name.text) : undefined;
		if (condition === undefined || behind === undefined || !VALUES.has(behind.value.kind)) continue;
		const isSecond = clausesOf(stage, 'where').length > 0;
		const node = problems.inherit({ ...behind, span: cover(span, behind.span) }, behind);
		problems.error('CIQ304', node, 'filters are conditions', {
			label: `write \`where ${isSecond ? '… and ' : ''}${condition(printExpr(behind.value))}\``,
		});
		return true;
	}
	return false;
};
