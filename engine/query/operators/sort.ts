import type { Node, Stage } from '../../../grammar/ast.ts';
import type { Flow } from '../flow.ts';
import { HELD, wholeTables } from './collect.ts';
import { argsOf, refuseItems } from './items.ts';
import { type CheckContext, type Operator, scopeOf } from './operator.ts';
import { checkOrder, compileOrder, namesOf } from './order.ts';

export const sort: Operator = {
	name: 'sort',
	doc: 'Puts the rows of each table in order; null is last both ways',
	usage: 'sort column [asc|desc], …',
	examples: ['watch http | stat count() by path 5s | sort count desc'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, sort, context) || refuseEndless(stage, input, context)) return null;
		const args = argsOf(stage);
		if (args.length === 0) {
			context.problems.error('CIQ503', stage, '`sort` needs a column', { label: 'such as `sort latency desc`' });
			return null;
		}
		const keys = checkOrder(args, scopeOf(input, context), false);
		if (keys === null) return null;
		return {
			flow: { ...heldUntilEnd(stage, input), orderedBy: namesOf(keys, input) },
			expressions: keys.map(({ ir }) => ir),
			...(input.shape === 'stream' && { keeps: HELD }),
			build: (env) =>
				wholeTables(() => {
					const { rank, compare } = compileOrder(keys, env);
					return (rows) =>
						rows
							.map(rank)
							.sort(compare)
							.map(({ row }) => row);
				}, env),
		};
	},
};

/** What comes out of a stage that arranges a stream when it has ended. */
export const heldUntilEnd = (stage: Stage, input: Flow): Flow =>
	input.shape === 'stream' ? { ...input, heldBy: stage.name.text } : input;

/** Reports what waits for rows by the time of the capture behind a stage that gives none before its end; whether it was so. */
export const refuseHeld = (node: Node, heldBy: string | null, { problems }: CheckContext): boolean => {
	if (heldBy === null) return false;
	problems.error('CIQ508', node, `these rows come all at the end, when their time is over: \`${heldBy}\` keeps them`, {
		label: `leave out \`${heldBy}\`, or put it behind this`,
	});
	return true;
};

/** Reports what can be done only at the end of a stream where there is no end; whether it was so. */
export const refuseEndless = (stage: Stage, input: Flow, { problems }: CheckContext): boolean => {
	if (input.shape === 'tables' || input.bounded) return false;
	problems.error('CIQ507', stage.name, `\`${stage.name.text}\` needs the end of the stream, and a live one has none`, {
		label: 'use `top n by x`, or `stat … 5s`, or put `until 30s` in front',
	});
	return true;
};
