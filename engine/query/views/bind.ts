import type { Arg, ClauseItem, Expr, Item, Name, Op, Stage } from '../../../grammar/ast.ts';
import type { SourceText } from '../../../grammar/span.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { argsOf } from '../operators/items.ts';
import { whereMend } from '../operators/where-mend.ts';
import type { Problems } from '../problems.ts';
import { viewUsage } from './usage.ts';

/** A view, and the text that it was defined in. */
export interface FoundView {
	readonly op: Op;
	readonly source: SourceText;
}

/** A stage that stands for a view. */
export interface ViewCall {
	readonly view: FoundView;
	readonly stage: Stage;
	readonly name: Name;
	/** Without the name of the view itself. */
	readonly args: readonly Arg[];
}

/** A call's part of a view. */
export interface BoundView {
	readonly values: ReadonlyMap<string, Expr>;
	readonly keys: readonly Arg[];
	readonly window: { readonly every: Expr; readonly over: Expr | null } | null;
}

/**
 * What the parameters of the view stand for in this call; `adopt` makes a default the call's own. A bare duration is the
 * window. Null when something is wrong.
 */
export const bindView = (
	{ view: { op }, stage, args, name }: ViewCall,
	adopt: (expr: Expr) => Expr,
	problems: Problems,
): BoundView | null => {
	const by = stage.items.find((item) => item.kind === 'by');
	const every = stage.items.find((item): item is ClauseItem => item.kind === 'every');
	const bare = args.find((arg) => arg.name === null && arg.value.kind === 'duration');
	const window = every?.value ?? bare?.value ?? null;
	const over = stage.items.find((item): item is ClauseItem => item.kind === 'over');
	const foreign = stage.items.find((item) => !['by', 'every', 'over', 'args'].includes(item.kind));
	if (over !== undefined && window === null) return refuse(over, op, problems);
	if (foreign !== undefined) return refuse(foreign, op, problems);
	if (by !== undefined && op.by === null) return refuse(by, op, problems);
	if (window !== null && op.every === null) return refuse(window, op, problems);
	const rest = args.filter((arg) => arg !== bare);
	const values = bindParameters(op, rest, name, adopt, problems);
	const keys = keysOf(by?.args ?? op.by?.value?.map((arg) => ({ ...arg, value: adopt(arg.value) })) ?? []);
	const step = windowOf(window, op, adopt);
	return values && { values, keys, window: step && { every: step, over: over?.value ?? null } };
};

/** The window of a call; `none`, given or by default, is no window. */
const windowOf = (given: Expr | null, op: Op, adopt: (expr: Expr) => Expr): Expr | null => {
	const window = given ?? (op.every?.value ? adopt(op.every.value) : null);
	return window === null || isNone(window) ? null : window;
};

/** The keys of a call; `by none` is one group of all. */
const keysOf = (keys: readonly Arg[]): readonly Arg[] => {
	const [key, ...more] = keys;
	return key !== undefined && more.length === 0 && key.name === null && isNone(key.value) ? [] : keys;
};

const isNone = (expr: Expr): boolean => expr.kind === 'name' && expr.name.text === 'none';

const refuse = (item: Item | Expr, op: Op, problems: Problems): null => {
	const hint =
		item.kind === 'where' ? whereMend(item.value, op.body.stages.flatMap(argsOf)) : `write \`${viewUsage(op)}\``;
	if (item.kind === 'flag')
		problems.error('CIQ306', item, `\`${op.name.text}\` has no flag \`--${item.name.text}\``, { label: hint });
	else problems.error('CIQ502', item, `\`${op.name.text}\` does not take this`, { label: hint });
	return null;
};

const bindParameters = (
	op: Op,
	args: readonly Arg[],
	name: Name,
	adopt: (expr: Expr) => Expr,
	problems: Problems,
): ReadonlyMap<string, Expr> | null => {
	const values = new Map<string, Expr>();
	const free = op.params.filter((param) => !args.some((arg) => arg.name?.text === param.name.text));
	for (const arg of args) {
		const param = arg.name === null ? free.shift() : op.params.find((one) => one.name.text === arg.name?.text);
		if (param === undefined) {
			wrongArgument(arg, op, problems);
			return null;
		}
		values.set(param.name.text, arg.value);
	}
	const missing = op.params.find((param) => !values.has(param.name.text) && param.value === null);
	if (missing !== undefined) {
		problems.error('CIQ503', name, `\`${op.name.text}\` needs \`${missing.name.text}\``, {
			label: `write \`${viewUsage(op)}\``,
		});
		return null;
	}
	for (const { name: key, value } of op.params)
		if (value !== null && !values.has(key.text)) values.set(key.text, adopt(value));
	return values;
};

const wrongArgument = (arg: Arg, op: Op, problems: Problems): void => {
	if (arg.name === null) {
		problems.error('CIQ504', arg, `\`${op.name.text}\` does not take this`, { label: `write \`${viewUsage(op)}\`` });
		return;
	}
	const near = nearest(
		arg.name.text,
		op.params.map((param) => param.name.text),
	);
	problems.error('CIQ311', arg.name, `\`${op.name.text}\` has no parameter \`${arg.name.text}\``, {
		label: near === null ? `write \`${viewUsage(op)}\`` : `did you mean \`${near}\`?`,
	});
};
