import type { Op } from '../../../grammar/ast.ts';

/** How a view is called: what stands in brackets may be left out. */
export const viewUsage = ({ name, params, by, every }: Op): string =>
	[
		name.text,
		...params.map((param) => (param.value === null ? param.name.text : `[${param.name.text}=…]`)),
		...(by === null ? [] : ['[by key, …]']),
		...(every === null ? [] : ['[window]']),
	].join(' ');
