import type { Arg, ClauseItem, Expr, FlagItem, Item, Name, Node, Op, Stage } from '../../../grammar/ast.ts';
import type { SourceText } from '../../../grammar/span.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { lookupField } from '../../exchange/catalog.ts';
import { AGGREGATES } from '../aggregates/registry.ts';
import type { Definitions } from '../definitions.ts';
import { findOutputFormat } from '../formats.ts';
import { OPERATORS } from '../operators/registry.ts';
import { whereMend } from '../operators/where-mend.ts';
import { OTHER_LANGUAGES } from '../other-languages.ts';
import type { Problems } from '../problems.ts';
import type { Replacements } from '../replacements.ts';
import { refuseForgottenPipe } from './forgotten-pipe.ts';
import { isProtocolName, splitStat } from './imply-watch.ts';
import { libraryView } from './library.ts';
import { mapExpr, mapPipeline } from './map.ts';
import { viewNames } from './names.ts';

interface Expansion {
	readonly definitions: Definitions;
	readonly problems: Problems;
	readonly replacements: Replacements;
	/** Views that are being expanded. */
	readonly inside: readonly string[];
}

interface FoundView {
	readonly op: Op;
	readonly source: SourceText;
}

/**
 * Replaces views by the stages they stand for and makes implied `watch`es visible, until only operators of the registry
 * are left. What has no meaning is reported and left out.
 */
export const expandStages = (stages: readonly Stage[], expansion: Expansion, first = true): readonly Stage[] =>
	stages.flatMap((stage, at) => expandStage(stage, expansion, first && at === 0));

const expandStage = (stage: Stage, expansion: Expansion, first: boolean): readonly Stage[] => {
	const name = stage.name.text;
	if (refuseForgottenPipe(stage, expansion.problems)) return [];
	if (name === 'stat') {
		const [watch, rest] = first ? splitStat(stage, expansion.problems) : [null, stage];
		const call = viewCallOf(rest, expansion);
		const stages = call === null ? [rest] : expandView(call, expansion, false);
		return watch === null ? stages : [watch, ...stages];
	}
	const operator = OPERATORS.get(name);
	if (operator !== undefined) return [expandBlocks(stage, operator.blockTakesRows !== true, expansion)];
	const view = findView(name, expansion);
	if (view !== null) {
		const [watch, rest] = first && !hasSource(view, expansion) ? splitStat(stage, expansion.problems) : [null, stage];
		const call = { view, stage: rest, args: argsOf(rest), name: stage.name };
		return watch === null ? expandView(call, expansion, first) : [watch, ...expandView(call, expansion, false)];
	}
	unknownOperator(stage, expansion);
	return [];
};

/** A block begins with its own source, or goes on with the rows of its stage. */
const expandBlocks = (stage: Stage, hasSource: boolean, expansion: Expansion): Stage => {
	if (!stage.items.some((item) => item.kind === 'block')) return stage;
	const items = stage.items.map((item) => {
		if (item.kind !== 'block') return item;
		const stages = expandStages(item.pipeline.stages, expansion, hasSource);
		return expansion.problems.inherit({ ...item, pipeline: { ...item.pipeline, stages } }, item);
	});
	return expansion.problems.inherit({ ...stage, items }, stage);
};

const findView = (name: string, { definitions, problems }: Expansion): FoundView | null => {
	const op = definitions.ops.get(name);
	return op === undefined ? libraryView(name) : { op, source: problems.originOf(op).source };
};

/** Whether a view begins with a source of its own, directly or in the view that it begins with. */
const hasSource = ({ op }: FoundView, expansion: Expansion): boolean => {
	const first = op.body.stages[0]?.name.text ?? '';
	const operator = OPERATORS.get(first);
	if (operator !== undefined) return operator.source === true;
	const inside = [...expansion.inside, op.name.text];
	const view = inside.includes(first) ? null : findView(first, expansion);
	return view !== null && hasSource(view, { ...expansion, inside });
};

/** A condition without `where`, a format without `to`. */
const wordElsewhere = (text: string): string | null => {
	const found = lookupField(text, null);
	if (found?.kind === 'field' && found.field.type === 'bool') return `write \`where ${text}\``;
	return findOutputFormat(text) === undefined || text === 'table' ? null : `write \`to ${text}\``;
};

const FILTERS = 'filters are conditions: `watch http where status >= 500`';

const unknownOperator = (stage: Stage, { definitions, problems }: Expansion): void => {
	const { text } = stage.name;
	const near = nearest(text, [...OPERATORS.keys(), ...viewNames(), ...definitions.ops.keys()]);
	const known = isProtocolName(text) ? `write \`watch ${text}\`` : OTHER_LANGUAGES.get(text.toLowerCase());
	const first = argsOf(stage)[0]?.value;
	const isCondition = first?.kind === 'binary' && lookupField(text, null) !== null;
	const label = isCondition
		? FILTERS
		: (wordElsewhere(text) ??
			known ??
			(near === null ? '`claudeinsight help` lists them' : `did you mean \`${near}\`?`));
	problems.error('CIQ302', stage.name, `no operator \`${text}\``, { label });
};

interface ViewCall {
	readonly view: FoundView;
	readonly stage: Stage;
	readonly name: Name;
	/** Without the name of the view itself. */
	readonly args: readonly Arg[];
}

const argsOf = (stage: Stage): readonly Arg[] => stage.items.flatMap((item) => (item.kind === 'args' ? item.args : []));

/** The view that a `stat` delegates to: by name, with arguments in parentheses, or as a flag. Null without one. */
const viewCallOf = (stage: Stage, expansion: Expansion): ViewCall | null => {
	for (const item of stage.items) {
		if (item.kind === 'flag' && item.value === null) {
			const view = findView(item.name.text, expansion);
			if (view !== null)
				return {
					view,
					stage: expansion.problems.inherit(without(stage, item), stage),
					name: item.name,
					args: argsOf(stage),
				};
		}
		if (item.kind !== 'args') continue;
		for (const arg of item.args) {
			const name = arg.name === null ? viewName(arg.value) : null;
			const view = name === null ? null : findView(name.text, expansion);
			if (name === null || view === null) continue;
			const own = arg.value.kind === 'call' ? arg.value.args : [];
			return { view, stage, name, args: [...own, ...argsOf(stage).filter((other) => other !== arg)] };
		}
	}
	return null;
};

const viewName = (expr: Expr): Name | null => {
	const name = expr.kind === 'name' ? expr.name : expr.kind === 'call' ? expr.callee : null;
	if (name === null) return null;
	// A bare name that is an aggregate, too, is that where it needs no argument: `stat rate`, but the view of `stat hist`.
	const aggregate = AGGREGATES.get(name.text);
	const needsArgument = aggregate?.parameters.some((parameter) => parameter.optional !== true) === true;
	return aggregate === undefined || (expr.kind === 'name' && needsArgument) ? name : null;
};

const without = (stage: Stage, flag: FlagItem): Stage => ({
	...stage,
	items: stage.items.filter((item) => item !== flag),
});

const expandView = (call: ViewCall, expansion: Expansion, first: boolean): readonly Stage[] => {
	const { problems, inside } = expansion;
	const { op, source } = call.view;
	const name = op.name.text;
	if (inside.includes(name)) {
		problems.error('CIQ308', call.name, `\`${name}\` is defined by itself`);
		return [];
	}
	if (!expansion.replacements.take(call.name, problems)) return [];
	const made = <N extends Node>(copy: N): N => {
		problems.setOrigin(copy, { source, call: { node: call.name, of: op } });
		return copy;
	};
	const bound = bindView(call, (expr) => mapExpr(expr, { expr: () => null, made }), problems);
	if (bound === null) return [];
	const body = mapPipeline(op.body, {
		expr: (expr) => (expr.kind === 'name' ? (standsFor(expr.name.text, op, bound) ?? null) : null),
		keys: ({ name: column, value }) => (column === null && isNamed(value, op.by?.name) ? bound.keys : null),
		every: (value) => (isNamed(value, op.every?.name) ? bound.window : { every: value, over: null }),
		made,
	});
	return expandStages(body.stages, { ...expansion, inside: [...inside, name] }, first);
};

/** What a name in the body stands for; the name of the keys, inside an expression, for the only key. */
const standsFor = (name: string, { by }: Op, { values, keys }: BoundView): Expr | undefined =>
	values.get(name) ?? (name === by?.name.text && keys.length === 1 ? keys[0]?.value : undefined);

const isNamed = (expr: Expr, name: Name | undefined): boolean =>
	expr.kind === 'name' && name !== undefined && expr.name.text === name.text;

interface BoundView {
	readonly values: ReadonlyMap<string, Expr>;
	readonly keys: readonly Arg[];
	readonly window: { readonly every: Expr; readonly over: Expr | null } | null;
}

/**
 * What the parameters of the view stand for in this call; `adopt` makes a default the call's own. A bare duration is the
 * window. Null when something is wrong.
 */
const bindView = (
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
		item.kind === 'where' ? whereMend(item.value, op.body.stages.flatMap(argsOf)) : `write \`${usageOf(op)}\``;
	if (item.kind === 'flag')
		problems.error('CIQ306', item, `\`${op.name.text}\` has no flag \`--${item.name.text}\``, { label: hint });
	else problems.error('CIQ502', item, `\`${op.name.text}\` does not take this`, { label: hint });
	return null;
};

const usageOf = ({ name, params, by, every }: Op): string => {
	const words = params.map((param) => `[${param.name.text}=…]`);
	return [name.text, ...words, by === null ? '' : '[by key, …]', every === null ? '' : '[window]']
		.filter(Boolean)
		.join(' ');
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
			label: `write \`${usageOf(op)}\``,
		});
		return null;
	}
	for (const { name: key, value } of op.params)
		if (value !== null && !values.has(key.text)) values.set(key.text, adopt(value));
	return values;
};

const wrongArgument = (arg: Arg, op: Op, problems: Problems): void => {
	if (arg.name === null) {
		problems.error('CIQ504', arg, `\`${op.name.text}\` does not take this`, { label: `write \`${usageOf(op)}\`` });
		return;
	}
	const near = nearest(
		arg.name.text,
		op.params.map((param) => param.name.text),
	);
	problems.error('CIQ311', arg.name, `\`${op.name.text}\` has no parameter \`${arg.name.text}\``, {
		label: near === null ? `write \`${usageOf(op)}\`` : `did you mean \`${near}\`?`,
	});
};
