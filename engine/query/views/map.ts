import type { Arg, ByItem, ClauseItem, Expr, Item, Node, Pipeline, Stage } from '../../../grammar/ast.ts';

/** Gives for an expression the one to stand in its place, or null to keep it and go on with its parts. */
export interface TreeMap {
	expr(expr: Expr): Expr | null;
	/** Called for every new node with the one it was made from. */
	made<N extends Node>(copy: N, from: N): N;
	/** A list that stands in place of an argument of `by`. */
	keys?(arg: Arg): readonly Arg[] | null;
	/** What stands in place of `every w`: null removes the clause, `over` puts a length in front of it. */
	every?(value: Expr): { readonly every: Expr; readonly over: Expr | null } | null;
}

/** A copy of a pipeline in which every expression went through `map`. */
export const mapPipeline = (pipeline: Pipeline, map: TreeMap): Pipeline =>
	map.made({ ...pipeline, stages: pipeline.stages.map((stage) => mapStage(stage, map)) }, pipeline);

const mapStage = (stage: Stage, map: TreeMap): Stage =>
	map.made(
		{
			...stage,
			name: map.made({ ...stage.name }, stage.name),
			items: stage.items.flatMap((item) => {
				if (item.kind === 'every') return mapWindow(item, map);
				return item.kind === 'by' ? mapKeys(item, map) : [mapItem(item, map)];
			}),
		},
		stage,
	);

const mapWindow = (item: ClauseItem, map: TreeMap): readonly Item[] => {
	const window = map.every === undefined ? { every: item.value, over: null } : map.every(item.value);
	if (window === null) return [];
	const { every, over } = window;
	const value = every === item.value ? mapExpr(every, map) : every;
	const step = map.made({ ...item, value }, item);
	return over === null ? [step] : [map.made({ ...item, kind: 'over', value: over }, item), step];
};

/** Without keys there is no clause: `by` alone is no text of the language. */
const mapKeys = (item: ByItem, map: TreeMap): readonly Item[] => {
	const args = item.args.flatMap((arg) => map.keys?.(arg) ?? [mapArg(arg, map)]);
	return args.length === 0 ? [] : [map.made({ ...item, args }, item)];
};

const mapItem = (item: Exclude<Item, ByItem>, map: TreeMap): Item => {
	switch (item.kind) {
		case 'args':
			return map.made({ ...item, args: item.args.map((arg) => mapArg(arg, map)) }, item);
		case 'block':
			return map.made({ ...item, pipeline: mapPipeline(item.pipeline, map) }, item);
		case 'where':
		case 'on':
		case 'every':
		case 'over':
		case 'within':
		case 'for':
			return map.made({ ...item, value: mapExpr(item.value, map) }, item);
		case 'as':
		case 'flag':
			return map.made({ ...item }, item);
	}
};

const mapArg = (arg: Arg, map: TreeMap): Arg =>
	map.made({ ...arg, name: arg.name && map.made({ ...arg.name }, arg.name), value: mapExpr(arg.value, map) }, arg);

/** A copy of an expression in which every part went through `map`. */
export const mapExpr = (expr: Expr, map: TreeMap): Expr => {
	const instead = map.expr(expr);
	if (instead !== null) return instead;
	const go = (part: Expr): Expr => mapExpr(part, map);
	switch (expr.kind) {
		case 'format':
			return map.made({ ...expr, exprs: expr.exprs.map(go) }, expr);
		case 'call':
			return map.made(
				{
					...expr,
					callee: map.made({ ...expr.callee }, expr.callee),
					args: expr.args.map((arg) => mapArg(arg, map)),
					where: expr.where && go(expr.where),
				},
				expr,
			);
		case 'member':
			return map.made({ ...expr, object: go(expr.object), name: map.made({ ...expr.name }, expr.name) }, expr);
		case 'index':
			return map.made({ ...expr, object: go(expr.object), index: go(expr.index) }, expr);
		case 'list':
			return map.made({ ...expr, items: expr.items.map(go) }, expr);
		case 'unary':
			return map.made({ ...expr, operand: go(expr.operand) }, expr);
		case 'binary':
			return map.made({ ...expr, left: go(expr.left), right: go(expr.right) }, expr);
		case 'group':
			return map.made({ ...expr, inner: go(expr.inner) }, expr);
		default:
			return map.made({ ...expr }, expr);
	}
};
