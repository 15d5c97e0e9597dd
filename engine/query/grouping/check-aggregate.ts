import type { Arg, Call, Expr } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { nameOf } from '../../exchange/type.ts';
import type { Aggregate } from '../aggregates/aggregate.ts';
import { AGGREGATES } from '../aggregates/registry.ts';
import { checkCondition, checkExpr } from '../expression/check.ts';
import { type Ir, partsOf } from '../expression/ir.ts';
import type { Scope } from '../expression/scope.ts';
import { inWords, isOpen } from '../expression/types.ts';
import { usageOf } from '../functions/function.ts';
import { checkColumns, derivedName, type NamedIr } from '../operators/columns.ts';
import type { AggregateCall } from './spec.ts';

/** What rates are per second of. */
export interface Timing {
	/** Of each row; null where its columns do not say. */
	readonly time: Ir | null;
	/** Length of the window; 0 where it has none. */
	readonly seconds: number;
}

/** Checks the columns of a `stat`: expressions over aggregates. The aggregates are collected, the rest is computed from them. */
export class AggregateCalls {
	readonly list: AggregateCall[] = [];
	readonly #scope: Scope;
	readonly #references = new Set<Ir>();
	readonly #timing: Timing;

	/** The scope is that of the rows that are aggregated. */
	constructor(scope: Scope, timing: Timing) {
		this.#scope = scope;
		this.#timing = timing;
	}

	/** Every expression inside the aggregates. */
	get expressions(): readonly Ir[] {
		return this.list.flatMap(({ value, companion, where }) => [value, companion, where].filter((ir) => ir !== null));
	}

	/** The values of a group's row come behind its `keys`. */
	checkColumn(arg: Arg, keys: number): NamedIr | null {
		const aggregate = (call: Call): Ir | null => this.#checkCall(call, keys);
		const [column] = checkColumns([arg], { ...this.#scope, aggregate }, columnName) ?? [];
		if (column === undefined || this.#refuseRowValues(column.ir, arg)) return null;
		return column;
	}

	#checkCall(call: Call, keys: number): Ir | null {
		const aggregate = AGGREGATES.get(call.callee.text);
		if (aggregate === undefined) return null;
		const checked = this.#checkArguments(call, aggregate);
		if (checked === null) return null;
		const index = keys + this.list.push(checked) - 1;
		const reference: Ir = { kind: 'column', type: checked.type, node: call, index };
		this.#references.add(reference);
		return reference;
	}

	#checkArguments(call: Call, aggregate: Aggregate): AggregateCall | null {
		const { problems } = this.#scope;
		const { parameters } = aggregate;
		const required = parameters.filter((parameter) => parameter.optional !== true).length;
		if (call.args.length < required || call.args.length > parameters.length) {
			const code = call.args.length < required ? 'CIQ503' : 'CIQ504';
			problems.error(code, call, `\`${aggregate.name}\` got ${call.args.length} arguments`, {
				label: `write \`${usageOf(aggregate)}\``,
			});
			return null;
		}
		if (this.#refuseSwapped(call, aggregate)) return null;
		const args = call.args.map((arg, at) => this.#checkArgument(arg, aggregate, at));
		const where = call.where === null ? null : checkCondition(call.where, this.#scope);
		const [value = null, second = null] = args;
		if (args.includes(null) || (call.where !== null && where === null)) return null;
		if (value !== null && this.#refusePeriod(aggregate, value)) return null;
		this.#warnOfTruth(aggregate, value);
		const parameter = this.#parameterOf(aggregate, second);
		if (parameter === null || (aggregate.timed && this.#refuseUntimed(call))) return null;
		return {
			aggregate,
			value,
			companion: aggregate.timed ? this.#timing.time : aggregate.constant === undefined ? second : null,
			where,
			parameter,
			type: aggregate.result(args.filter((ir) => ir !== null).map((ir) => ir.type)),
			input: [...call.args.map((arg) => arg.value), call.where].map((expr) => expr && printExpr(expr)).join(' | '),
		};
	}

	#checkArgument(arg: Arg, aggregate: Aggregate, at: number): Ir | null {
		const ir = checkExpr(arg.value, this.#scope);
		const types = aggregate.parameters[at]?.types ?? [];
		if (ir === null || types.length === 0 || isOpen(ir.type) || types.includes(nameOf(ir.type))) return ir;
		const wanted = [...new Set(types.map(inWords))].join(', ');
		this.#scope.problems.error('CIQ405', arg, `\`${aggregate.name}\` takes ${wanted}, and this is ${inWords(ir.type)}`);
		return null;
	}

	/** PromQL has the fraction in front, others the number of values. */
	#refuseSwapped(call: Call, { name, constant }: Aggregate): boolean {
		const [first, second] = call.args.map(({ value }) => value);
		if (constant === undefined || first === undefined || second === undefined) return false;
		if (!isNumber(first) || isNumber(second)) return false;
		this.#scope.problems.error('CIQ405', call, `\`${name}\` takes its values first`, {
			label: `write \`${name}(${printExpr(second)}, ${printExpr(first)})\``,
		});
		return true;
	}

	#parameterOf({ constant, parameter = 0, timed }: Aggregate, ir: Ir | null): number | null {
		if (timed) return this.#timing.seconds;
		if (constant === undefined) return parameter;
		if (ir === null) return constant.fallback ?? null;
		if (ir.kind === 'constant' && typeof ir.value === 'number' && constant.isValid(ir.value)) return ir.value;
		this.#scope.problems.error('CIQ405', ir.node, constant.words, { label: `such as ${constant.example}` });
		return null;
	}

	/** Elsewhere the period of a rate is its argument; here that is summed, and so many ns a row are no answer. */
	#refusePeriod({ name, timed }: Aggregate, { kind, type, node }: Ir): boolean {
		if (!timed || kind !== 'constant' || type !== 'duration') return false;
		const period = printExpr(node);
		this.#scope.problems.error('CIQ405', node, `\`${name}\` adds up a value of each row, and this is a period`, {
			label: `a window stands behind: \`| ${name} ${period}\`, \`| stat ${name}() ${period}\``,
		});
		return true;
	}

	/** False is a value, too. */
	#warnOfTruth({ name }: Aggregate, value: Ir | null): void {
		if (name !== 'count' || value?.type !== 'bool') return;
		const condition = printExpr(value.node);
		this.#scope.problems.warning('CIQ405', value.node, '`count` counts true and false here, all but null', {
			label: `of the true ones: \`count(where ${condition})\``,
		});
	}

	#refuseUntimed(call: Call): boolean {
		if (this.#timing.time !== null || this.#timing.seconds > 0) return false;
		this.#scope.problems.error('CIQ508', call, `\`${call.callee.text}\` needs the time of each row`, {
			label: 'keep `end_time`, or give the window to this `stat`',
		});
		return true;
	}

	/** A group has many rows: outside an aggregate no field of theirs has one value. */
	#refuseRowValues(ir: Ir, arg: Arg): boolean {
		if (this.#references.has(ir)) return false;
		if (ir.kind !== 'field' && ir.kind !== 'column' && ir.kind !== 'this')
			return partsOf(ir).some((part) => this.#refuseRowValues(part, arg));
		const text = printExpr(ir.node);
		this.#scope.problems.error('CIQ510', ir.node, `\`${text}\` has a value for each row, and a group has many rows`, {
			label: `aggregate it, as in \`any(${text})\`, or put it behind \`by\``,
		});
		return true;
	}
}

const isNumber = ({ kind }: Expr): boolean => kind === 'int' || kind === 'float' || kind === 'percent';

/** `count()` is called `count`, `p99(latency)` `p99_latency`. */
export const columnName = (expr: Expr): string | null => {
	if (expr.kind !== 'call') return null;
	const aggregate = AGGREGATES.get(expr.callee.text);
	if (aggregate?.column !== undefined) return aggregate.column;
	const [arg] = expr.args;
	if (aggregate?.timed && arg === undefined) return expr.callee.text;
	const of = aggregate === undefined || arg === undefined ? null : derivedName(arg.value);
	return of === null ? null : `${expr.callee.text}_${of}`;
};
