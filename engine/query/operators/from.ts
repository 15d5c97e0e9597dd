import type { Arg, Name, Stage } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { parseNet } from '../../address.ts';
import { fileSource } from '../../capture/file-source.ts';
import { argsOf, flagOf, refuseItems } from './items.ts';
import type { CheckContext, CheckedStage, Operator } from './operator.ts';
import { checkSource } from './watch.ts';

export const from: Operator = {
	name: 'from',
	doc: 'The exchanges of recordings, packet captures or logs of JSON lines, as `watch` gives them live; "-" is standard input; in the shell `from last` goes on from the last result',
	usage: 'from "FILE", … [protocol, …] [where condition] [--local=CIDR]',
	examples: ['from "shop.ciqrec" http | head 5', 'from "logs/*.pcap" http --local=10.0.0.0/8 | stat count() by side'],
	takes: ['args', 'where'],
	flags: [
		{
			name: 'local',
			value: 'CIDR,…',
			doc: 'Of a packet capture: the ends in these networks are the observed ones, not those of the clients',
		},
	],
	source: true,
	check: (stage, _, context) => {
		if (refuseItems(stage, from, context)) return null;
		const args = argsOf(stage);
		const paths = pathsOf(args);
		const local = localOf(stage, context);
		if (local === null) return null;
		const [first] = args;
		if (first?.value.kind === 'name' && args.length === 1) return checkKept(stage, first.value.name, context);
		if (paths.length > 0 && !paths.includes(''))
			return checkSource(stage, args.slice(paths.length), fileSource(paths, local), context);
		context.problems.error('CIQ503', args[0] ?? stage, '`from` needs the name of a file', {
			label: `write \`${first?.value.kind === 'member' ? `"${printExpr(first.value)}"` : 'from "FILE"'}\``,
		});
		return null;
	},
};

/** The result of an earlier query of the shell. */
const checkKept = (stage: Stage, { text, span }: Name, { kept, problems }: CheckContext): CheckedStage | null => {
	const flow = kept.get(text);
	if (flow !== undefined && stage.items.length === 1) {
		const source = { kind: 'kept', name: text } as const;
		const whole = { ...flow, bounded: true, collects: false };
		return { flow: whole, source, expressions: [], build: () => (signals) => signals };
	}
	const near = nearest(text, [...kept.keys()]);
	if (flow !== undefined)
		problems.error('CIQ502', stage, '`from` with the name of a result takes nothing else', {
			label: 'write `| where …` behind it',
		});
	else if (kept.size === 0)
		problems.error('CIQ503', { span }, '`from` needs the name of a file', { label: `in quotes: \`from "${text}"\`` });
	else
		problems.error('CIQ511', { span }, `no result \`${text}\` is kept`, {
			label: near === null ? 'a file stands in quotes' : `did you mean \`${near}\`?`,
		});
	return null;
};

/** The texts that stand first: what follows them are protocols. */
const pathsOf = (args: readonly Arg[]): readonly string[] => {
	const end = args.findIndex(({ value }) => value.kind !== 'string');
	return args
		.slice(0, end === -1 ? args.length : end)
		.flatMap(({ value }) => (value.kind === 'string' ? value.value : []));
};

/** Null when it was wrong, which has been said. */
const localOf = (stage: Stage, { local, problems }: CheckContext): readonly string[] | null => {
	const written = flagOf(stage, 'local');
	if (written === null) return local;
	const nets = written.split(',').map((text) => parseNet(text.trim()));
	if (!nets.includes(null)) return nets.flatMap((net) => net?.text ?? []);
	problems.error('CIQ405', stage.items.find(({ kind }) => kind === 'flag') ?? stage, '`--local` needs networks', {
		label: 'such as `--local=10.0.0.0/8` or `--local=10.0.0.1,fd00::/8`',
	});
	return null;
};
