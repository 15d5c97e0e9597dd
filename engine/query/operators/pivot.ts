import type { Arg, Binary, Call, Expr, Stage } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { AGGREGATES } from '../aggregates/registry.ts';
import { FIELD_VALUES } from '../expression/never-true.ts';
import { LATE } from '../windows/check-window.ts';
import { derivedName } from './columns.ts';
import { argsOf, clausesOf, refuseItems } from './items.ts';
import type { CheckContext, Operator } from './operator.ts';
import { stat } from './stat.ts';

/** A column for each value: more of them nobody reads. */
const MAX_VALUES = 100;

export const pivot: Operator = {
	name: 'pivot',
	doc: 'Aggregates with a column for each value of a field; the values are written out, so that the columns are known: `GET`, of several aggregates `GET_count`; `status_200` of what is no text',
	usage: 'pivot aggregate, … on field in [value, …] [by key, …] [window]',
	examples: [
		'watch http | pivot count() on method in ["GET", "POST"] by route 5s',
		'watch http | pivot count(), p99(latency) on side by route',
	],
	takes: ['args', 'on', 'by', 'every', 'over'],
	flags: [LATE],
	check: (stage, input, context) => {
		if (refuseItems(stage, pivot, context)) return null;
		const columns = columnsOf(stage, context);
		return columns && stat.check(asStat(stage, columns, context), input, context);
	},
};

/** The `stat` of conditional aggregates that the stage stands for. */
const asStat = (stage: Stage, columns: readonly Arg[], { problems }: CheckContext): Stage => {
	const windows = argsOf(stage).filter((arg) => !isAggregate(arg));
	const others = stage.items.filter((item) => item.kind !== 'args' && item.kind !== 'on');
	const args = { kind: 'args', args: [...columns, ...windows], span: stage.span } as const;
	return problems.inherit({ ...stage, items: [args, ...others] }, stage);
};

const isAggregate = ({ value }: Arg): boolean => value.kind === 'call' && AGGREGATES.has(value.callee.text);

const columnsOf = (stage: Stage, context: CheckContext): readonly Arg[] | null => {
	const aggregates = argsOf(stage).filter(isAggregate);
	const [on] = clausesOf(stage, 'on');
	if (aggregates.length === 0) {
		context.problems.error('CIQ503', on ?? stage, '`pivot` needs an aggregate', {
			label: 'such as `pivot count() on side by route`',
		});
		return null;
	}
	const list = on === undefined ? null : valuesOf(on.value);
	if (list === null) {
		context.problems.error('CIQ503', on ?? stage, '`pivot` needs the values that become columns', VALUES);
		return null;
	}
	if (refuseValues(list, context)) return null;
	return list.values.flatMap((value) =>
		aggregates.map((arg) => conditional(arg, list.field, value, aggregates.length > 1, context)),
	);
};

const VALUES = { label: 'such as `on status in [200, 404, 500]`' };

interface Values {
	readonly field: Expr;
	readonly values: readonly Expr[];
	/** Where they are written. */
	readonly node: Expr;
}

/** `status in [200, 500]`, or a field whose values are few and known. */
const valuesOf = (on: Expr): Values | null => {
	if (on.kind === 'binary' && on.operator === 'in' && on.right.kind === 'list')
		return { field: on.left, values: on.right.items, node: on.right };
	const known = on.kind === 'name' ? FIELD_VALUES.get(on.name.text) : undefined;
	if (known === undefined) return null;
	const values = known.map((value) => ({ kind: 'string', value, raw: false, span: on.span }) as const);
	return { field: on, values, node: on };
};

/** Reports values that cannot each name a column; whether they cannot. */
const refuseValues = ({ values, node }: Values, { problems }: CheckContext): boolean => {
	const foreign = values.find((value) => !isLiteral(value));
	if (foreign !== undefined)
		problems.error('CIQ405', foreign, `\`${printExpr(foreign)}\` cannot be the name of a column`, {
			label: 'texts, numbers and addresses can',
		});
	else if (values.length === 0) problems.error('CIQ503', node, 'no value is in this list', VALUES);
	else if (values.length > MAX_VALUES)
		problems.error('CIQ504', node, `\`pivot\` makes columns of at most ${MAX_VALUES} values`);
	else return false;
	return true;
};

const isLiteral = ({ kind }: Expr): boolean => ['string', 'int', 'float', 'ip', 'constant'].includes(kind);

/** `count()` for `status == 200` is `status_200 = count(where status == 200)`. */
const conditional = (arg: Arg, field: Expr, value: Expr, several: boolean, { problems }: CheckContext): Arg => {
	const { value: call } = arg;
	if (call.kind !== 'call') return arg;
	const { span } = value;
	const equal: Binary = { kind: 'binary', operator: '==', left: field, right: value, span };
	const where: Expr =
		call.where === null ? equal : { kind: 'binary', operator: 'and', left: call.where, right: equal, span };
	const made: Call = problems.inherit({ ...call, where }, call);
	return { ...arg, name: { text: columnName(call, field, value, several), span: arg.span }, value: made };
};

const columnName = (call: Call, field: Expr, value: Expr, several: boolean): string => {
	const text = value.kind === 'string' ? value.value : printExpr(value);
	const own = value.kind === 'string' ? text : `${derivedName(field) ?? 'value'}_${text}`;
	if (!several) return own;
	const [of] = call.args;
	const name = of === undefined ? null : derivedName(of.value);
	return [own, call.callee.text, name].filter(Boolean).join('_');
};
