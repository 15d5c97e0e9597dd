import type { Arg, Item, Stage } from '../../../grammar/ast.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { PLANNED_PROTOCOLS } from '../planned.ts';
import type { Problems } from '../problems.ts';

/**
 * A `stat` or view that begins a pipeline stands for `watch … | stat …`: protocols and conditions among its items are the
 * watch's. Gives the two stages.
 */
export const splitStat = (stage: Stage, problems: Problems): readonly [Stage, Stage] => {
	const watched: Item[] = [];
	const rest: Item[] = [];
	for (const item of stage.items) {
		if (item.kind === 'where') watched.push(item);
		else if (item.kind === 'args') {
			const protocols = item.args.filter(isProtocol);
			const others = item.args.filter((arg) => !isProtocol(arg));
			if (protocols.length > 0) watched.push({ ...item, args: protocols });
			if (others.length > 0) rest.push({ ...item, args: others });
		} else rest.push(item);
	}
	const watch: Stage = { kind: 'stage', name: { ...stage.name, text: 'watch' }, items: watched, span: stage.span };
	return [problems.inherit(watch, stage), problems.inherit({ ...stage, items: rest }, stage)];
};

const isProtocol = ({ name, value }: Arg): boolean =>
	name === null && value.kind === 'name' && isProtocolName(value.name.text);

export const isProtocolName = (text: string): boolean =>
	PLANNED_PROTOCOLS.has(text) || PROTOCOLS.some(({ name }) => name === text);
