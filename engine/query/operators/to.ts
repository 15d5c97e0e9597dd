import type { Arg, Stage } from '../../../grammar/ast.ts';
import { formatOfFile } from '../../../grammar/file-formats.ts';
import { printExpr } from '../../../grammar/print.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { findOutputFormat, OUTPUT_FORMATS } from '../formats.ts';
import type { Plan } from '../plan.ts';
import { argsOf, refuseItems } from './items.ts';
import type { CheckContext, Operator } from './operator.ts';

const FORMATS = OUTPUT_FORMATS.map(({ name }) => name);

export const to: Operator = {
	name: 'to',
	doc: 'How and where the result is written; stands last',
	usage: 'to format ["path"]',
	examples: [
		'watch http | to json',
		'watch http | head 100 | to csv "requests.csv"',
		'watch http where latency > 100ms | to detail',
		'watch http | map by comm | to mermaid',
		'watch http | map | to dot "services.dot"',
		'watch http where failed | to har "failed.har"',
		'watch http | select ts, route, status, latency | to arrow "requests.arrows"',
		'stat http count(), p99(latency) by route | to prom "http.prom"',
		'watch http | to otlp "spans.json"',
		'watch http where failed | to pcapng "failed.pcapng"',
	],
	takes: ['args'],
	check: (stage, input, context) => {
		if (refuseItems(stage, to, context)) return null;
		const [format, path, extra] = argsOf(stage);
		if (extra !== undefined) {
			context.problems.error('CIQ504', extra, '`to` takes a format and a path');
			return null;
		}
		if (path !== undefined && path.value.kind !== 'string') {
			context.problems.error('CIQ405', path, 'the path has to stand in quotes', {
				label: 'such as `to json "out.json"`',
			});
			return null;
		}
		const name = format?.value.kind === 'name' ? format.value.name.text : null;
		if (name === null || findOutputFormat(name) === undefined) {
			unknownFormat(name, format, stage, context);
			return null;
		}
		const output: Plan['output'] = { format: name, path: path?.value.kind === 'string' ? path.value.value : null };
		return { flow: input, expressions: [], output, build: () => (signals) => signals };
	},
};

/** For a file without a format, in quotes or not: `json "out.json"`; null for anything else. */
export const fileMend = ({ value }: Arg): string | null => {
	const file = value.kind === 'string' ? value.value : value.kind === 'member' ? printExpr(value) : null;
	const format = file === null ? null : formatOfFile(file);
	return format && `${format} "${file}"`;
};

const unknownFormat = (
	name: string | null,
	format: Arg | undefined,
	stage: Stage,
	{ problems }: CheckContext,
): void => {
	const node = format ?? stage;
	const file = format === undefined ? null : fileMend(format);
	const near = name === null ? null : nearest(name, FORMATS);
	problems.error('CIQ310', node, name === null ? '`to` needs a format' : `no format \`${name}\``, {
		label:
			file !== null
				? `write \`${file}\``
				: near === null
					? `there is ${FORMATS.join(', ')}`
					: `did you mean \`${near}\`?`,
	});
};
