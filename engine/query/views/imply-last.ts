import type { Expr, Pipeline, Stage } from '../../../grammar/ast.ts';

/** The name of the latest result. */
export const LAST = 'last';

/** What a pipeline that begins with `|` goes on from. */
export const fromLast = ({ span }: Pipeline): Stage => {
	const name = (text: string) => ({ text, span, quoted: false });
	const value: Expr = { kind: 'name', name: name(LAST), span };
	return {
		kind: 'stage',
		name: name('from'),
		items: [{ kind: 'args', args: [{ name: null, value, order: null, span }], span }],
		span,
	};
};
