import { waitingWords } from '../explain/bounds.ts';
import { checkColumns } from './columns.ts';
import { correlatePairing, LONGEST_REQUEST_NS } from './correlate-run.ts';
import { blockOf, checkWithin, keysOf, nameItem, refuseItems } from './items.ts';
import { MAX_ROWS } from './keyed-buffer.ts';
import { type Operator, scopeOf } from './operator.ts';
import { paired, pairedFlow, sidesOf } from './pairs.ts';
import { refuseHeld } from './sort.ts';

const EXAMPLE = 'correlate { watch where side == "client" } as child by pid within 1s';

export const correlate: Operator = {
	name: 'correlate',
	doc: 'The calls that a request caused: those of the same process that began soon after it and ended before it, in its last 60 s; where requests overlap, each is of the one that ended first; a missing key has none',
	usage: 'correlate { pipeline } [as name] by key, … within duration',
	examples: [`watch http where side == "server" | ${EXAMPLE} | stat n = count(), sum(child.latency) by route`],
	takes: ['block', 'as', 'by', 'within'],
	check: (stage, input, context) => {
		if (refuseItems(stage, correlate, context)) return null;
		const written = blockOf(stage, EXAMPLE, context);
		const block = written && context.checkBlock(written, null);
		if (block === null) return null;
		const { problems } = context;
		if (!input.exchanges || !block.flow.exchanges || input.shape !== 'stream' || block.flow.shape !== 'stream') {
			problems.error('CIQ502', stage, '`correlate` takes whole exchanges on both sides', {
				label: 'put `select` and `stat` behind it',
			});
			return null;
		}
		const keys = checkColumns(keysOf(stage), scopeOf(input, context));
		const childKeys = keys && checkColumns(keysOf(stage), scopeOf(block.flow, context));
		const within = checkWithin(stage, input, context);
		if (keys === null || childKeys === null || within === undefined) return null;
		if (keys.length === 0 || within === null) {
			problems.error('CIQ503', stage, '`correlate` needs what both have in common, and how soon a call follows', {
				label: 'such as `by pid within 1s`',
			});
			return null;
		}
		if (refuseHeld(stage, input.heldBy ?? block.flow.heldBy, context)) return null;
		const sides = sidesOf(input, block, nameItem(stage) ?? 'child');
		const irs = [keys.map(({ ir }) => ir), childKeys.map(({ ir }) => ir)] as const;
		return {
			flow: pairedFlow(stage, input, sides),
			expressions: irs.flat(),
			blocks: [block],
			keeps: waitingWords(MAX_ROWS, LONGEST_REQUEST_NS),
			build: (env) => paired(block, () => correlatePairing(irs, within, env), env),
		};
	},
};
