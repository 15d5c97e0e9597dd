import type { Expr, FlagItem, Name, Node, Op, Stage } from '../../../grammar/ast.ts';
import { AGGREGATES } from '../aggregates/registry.ts';
import type { Definitions } from '../definitions.ts';
import { argsOf } from '../operators/items.ts';
import { OPERATORS } from '../operators/registry.ts';
import type { Problems } from '../problems.ts';
import type { Replacements } from '../replacements.ts';
import { type BoundView, bindView, type FoundView, type ViewCall } from './bind.ts';
import { refuseForgottenPipe } from './forgotten-pipe.ts';
import { splitStat } from './imply-watch.ts';
import { libraryView } from './library.ts';
import { mapExpr, mapPipeline } from './map.ts';
import { refuseUnknownOperator } from './unknown-operator.ts';

interface Expansion {
	readonly definitions: Definitions;
	readonly problems: Problems;
	readonly replacements: Replacements;
	/** Views that are being expanded. */
	readonly inside: readonly string[];
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
	refuseUnknownOperator(stage, expansion.definitions, expansion.problems);
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
