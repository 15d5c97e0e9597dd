import type { Stage } from '../../../grammar/ast.ts';
import { waitingWords } from '../explain/bounds.ts';
import type { Flow } from '../flow.ts';
import { blockOf, checkWithin, clausesOf, flagOf, nameItem, refuseItems } from './items.ts';
import { checkJoinKeys } from './join-keys.ts';
import { type JoinPlan, joinPairing } from './join-run.ts';
import { MAX_ROWS } from './keyed-buffer.ts';
import type { CheckContext, CheckedBlock, CheckedStage, Operator } from './operator.ts';
import { paired, pairedFlow, sidesOf } from './pairs.ts';
import { refuseHeld } from './sort.ts';
import { timeReader } from './time.ts';

const EXAMPLE = 'join { watch http where side == "server" } as srv on id within 5s';

export const join: Operator = {
	name: 'join',
	doc: 'Puts rows of two pipelines side by side where their keys are equal and their times close; no row gets more than 1000 partners, and a row that would have is told',
	usage: 'join [--left|--anti] { pipeline } [as name] on key [and left.a == name.b] within duration',
	examples: [
		`watch http where side == "client" | ${EXAMPLE} | select route, latency, srv.latency`,
		'watch http where side == "client" | join --anti { watch http where side == "server" } on id within 5s',
		'from "client.pcap" http | join { from "server.pcap" http } as srv on id within 5s | select ts, path, latency, server = srv.latency, network = latency - srv.latency',
	],
	takes: ['block', 'as', 'on', 'within'],
	flags: [
		{ name: 'left', value: null, doc: 'Rows without a partner come, too, when none can come any more' },
		{ name: 'anti', value: null, doc: 'Only the rows without a partner' },
	],
	check: (stage, input, context) => {
		if (refuseItems(stage, join, context)) return null;
		const written = blockOf(stage, EXAMPLE, context);
		const block = written && context.checkBlock(written, null);
		if (block === null || refuseTables(stage, input, block, context)) return null;
		return checkJoin(stage, input, block, context);
	},
};

const checkJoin = (stage: Stage, input: Flow, block: CheckedBlock, context: CheckContext): CheckedStage | null => {
	const sides = sidesOf(input, block, nameItem(stage) ?? 'right');
	const keys = checkJoinKeys(stage, sides, context);
	const within = checkWithin(stage, input, context);
	const [isLeft, isAnti] = [flagOf(stage, 'left') !== null, flagOf(stage, 'anti') !== null];
	if (keys === null || within === undefined) return null;
	const { problems } = context;
	if (isLeft && isAnti) {
		problems.error('CIQ504', stage, '`--left` and `--anti` exclude each other', {
			label: '`--left` gives what `--anti` gives, and the pairs',
		});
		return null;
	}
	if (within === null && !(input.bounded && block.flow.bounded)) {
		problems.error('CIQ503', stage, 'how long a row waits for its partner is missing', {
			label: 'such as `within 5s`',
		});
		return null;
	}
	const [left, right] = [timeReader(input), timeReader(block.flow)];
	if (within !== null && (left === null || right === null)) {
		problems.error('CIQ508', clausesOf(stage, 'within')[0] ?? stage, '`within` needs the time of each row', {
			label: 'keep `end_time` in `select`',
		});
		return null;
	}
	if (within !== null && refuseHeld(stage, input.heldBy ?? block.flow.heldBy, context)) return null;
	const plan: JoinPlan = {
		keys,
		within: within ?? Number.POSITIVE_INFINITY,
		mode: isAnti ? 'anti' : isLeft ? 'left' : 'inner',
		times: [left, right],
	};
	return {
		flow: isAnti ? input : pairedFlow(stage, input, sides),
		expressions: [...keys.left, ...keys.right],
		blocks: [block],
		keeps: waitingWords(MAX_ROWS, plan.within),
		build: (env) => paired(block, () => joinPairing(plan, env), env),
	};
};

const refuseTables = (stage: Stage, input: Flow, { flow }: CheckedBlock, { problems }: CheckContext): boolean => {
	if (input.shape === 'stream' && flow.shape === 'stream') return false;
	problems.error('CIQ502', stage, '`join` takes streams of rows, and one of these is tables', {
		label: 'join first, aggregate then; `diff` compares tables',
	});
	return true;
};
