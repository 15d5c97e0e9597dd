import { argsOf, refuseItems } from './items.ts';
import type { Operator } from './operator.ts';
import { checkSource } from './watch.ts';

export const from: Operator = {
	name: 'from',
	doc: 'The exchanges of a recording, as `watch` gives them live',
	usage: 'from "FILE" [protocol, …] [where condition]',
	examples: ['from "shop.ciqrec" http | head 5'],
	takes: ['args', 'where'],
	source: true,
	check: (stage, _, context) => {
		if (refuseItems(stage, from, context)) return null;
		const [file, ...protocols] = argsOf(stage);
		if (file?.value.kind === 'string')
			return checkSource(stage, protocols, { kind: 'from', path: file.value.value }, context);
		context.problems.error('CIQ503', file ?? stage, '`from` needs the name of a file', {
			label: 'write `from "FILE"`',
		});
		return null;
	},
};
