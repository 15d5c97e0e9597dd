import { printExpr } from '../../../grammar/print.ts';
import type { Problems } from '../problems.ts';
import type { Ir } from './ir.ts';
import { inWords } from './types.ts';

/** "`latency` is a duration". */
export const describe = (ir: Ir): string => `\`${printExpr(ir.node)}\` is ${inWords(ir.type)}`;

/** Says that a number stands where a duration does. */
export const bareNumber = (unit: Ir, bare: Ir, problems: Problems): void => {
	const text = printExpr(bare.node);
	// 99.9% is a number, too.
	const isPlain = bare.kind === 'constant' && /^[\d._]+$/.test(text);
	const label = isPlain
		? `did you mean \`${text}ms\`?`
		: bare.kind === 'constant'
			? 'such as `100ms`'
			: 'multiply it by `1ms`';
	problems.error('CIQ402', bare.node, `${describe(unit)}, and a bare number has no unit`, { label });
};
