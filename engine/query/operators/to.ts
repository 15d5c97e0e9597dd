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
			unknownFormat(name, format ?? stage, context);
			return null;
		}
		const output: Plan['output'] = { format: name, path: path?.value.kind === 'string' ? path.value.value : null };
		return { flow: input, expressions: [], output, build: () => (signals) => signals };
	},
};

const unknownFormat = (
	name: string | null,
	node: Parameters<CheckContext['problems']['error']>[1],
	{ problems }: CheckContext,
): void => {
	const near = name === null ? null : nearest(name, FORMATS);
	problems.error('CIQ310', node, name === null ? '`to` needs a format' : `no format \`${name}\``, {
		label: near === null ? `there is ${FORMATS.join(', ')}` : `did you mean \`${near}\`?`,
	});
};
