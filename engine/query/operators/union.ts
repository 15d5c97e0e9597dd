import { filter, merge } from 'rxjs';
import type { Stage } from '../../../grammar/ast.ts';
import { type Type, typeText } from '../../exchange/type.ts';
import { pipeThrough } from '../blocks.ts';
import type { Env } from '../env.ts';
import { constantOf } from '../expression/adapt.ts';
import { goTogether } from '../expression/alternatives.ts';
import { unify } from '../expression/types.ts';
import { closedFlow, type Flow, type FlowColumn } from '../flow.ts';
import { blockOf, refuseItems } from './items.ts';
import type { CheckContext, CheckedBlock, CheckedStage, Operator } from './operator.ts';
import { projectRows } from './project.ts';
import type { SignalOperator } from './transform.ts';

const EXAMPLE = 'union { watch http where status >= 500 }';

export const union: Operator = {
	name: 'union',
	doc: 'The rows of both pipelines, as they come; columns that only one has are null in the other; whole exchanges, rows of columns, and tables go with their like',
	usage: 'union { pipeline }',
	examples: [`watch http where latency > 1s | ${EXAMPLE}`],
	takes: ['block'],
	check: (stage, input, context) => {
		if (refuseItems(stage, union, context)) return null;
		const written = blockOf(stage, EXAMPLE, context);
		const block = written && context.checkBlock(written, null);
		if (block === null) return null;
		if (isPlain(input) && isPlain(block.flow)) return ofExchanges(input, block);
		return ofColumns(stage, input, block, context);
	},
};

/** Whole exchanges without further columns: they need no change. */
const isPlain = (flow: Flow): boolean => flow.exchanges && flow.columns.length === 0 && flow.shape === 'stream';

const bothOf = (input: Flow, { flow }: CheckedBlock): Pick<Flow, 'bounded' | 'collects' | 'heldBy'> => ({
	bounded: input.bounded && flow.bounded,
	collects: input.collects || flow.collects,
	heldBy: input.heldBy ?? flow.heldBy,
});

const ofExchanges = (input: Flow, block: CheckedBlock): CheckedStage => {
	const { protocols } = block.flow;
	const both = input.protocols && protocols && [...new Set([...input.protocols, ...protocols])];
	return {
		flow: { ...input, ...bothOf(input, block), protocols: both },
		expressions: [],
		blocks: [block],
		build: (env) =>
			merged(
				block,
				(signals) => signals,
				(signals) => signals,
				env,
			),
	};
};

const ofColumns = (stage: Stage, input: Flow, block: CheckedBlock, context: CheckContext): CheckedStage | null => {
	const { flow } = block;
	if (input.exchanges || flow.exchanges || input.shape !== flow.shape) {
		context.problems.error('CIQ502', stage, 'whole exchanges, columns and tables do not go together', {
			label: 'give both sides the same columns with `select`',
		});
		return null;
	}
	const names = [...new Set([...input.columns, ...flow.columns].map(({ name }) => name))];
	const find = ({ columns }: Flow, name: string): FlowColumn | undefined => columns.find((one) => one.name === name);
	const typeIn = (side: Flow, name: string): Type => find(side, name)?.type ?? 'null';
	const odd = names.find((name) => !goTogether(typeIn(input, name), typeIn(flow, name)));
	if (odd !== undefined) {
		const [one, other] = [input, flow].map((side) => typeText(typeIn(side, odd)));
		context.problems.error('CIQ405', stage, `\`${odd}\` is ${one} on one side and ${other} on the other`, {
			label: 'both must be of one type',
		});
		return null;
	}
	const node = { kind: 'name', name: stage.name, span: stage.span } as const;
	const irsOf = (side: Flow) => names.map((name) => find(side, name)?.ir ?? constantOf(node, 'null', null));
	const columns = names.map((name) => ({
		name,
		type: unify(typeIn(input, name), typeIn(flow, name)),
		node,
	}));
	return {
		flow: { ...closedFlow(input, columns), ...bothOf(input, block) },
		expressions: [],
		blocks: [block],
		build: (env) => merged(block, projectRows(irsOf(input), env), projectRows(irsOf(flow), env), env),
	};
};

/** Both see the same idle ticks: those of one are enough. */
const merged =
	(block: CheckedBlock, ofInput: SignalOperator, ofBlock: SignalOperator, env: Env): SignalOperator =>
	(source) =>
		merge(
			source.pipe(ofInput),
			pipeThrough(env.inputOf(block), block.stages, env).pipe(
				filter(({ kind }) => kind !== 'time'),
				ofBlock,
			),
		);
