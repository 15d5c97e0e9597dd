import type { Arg, Call, Expr, StringLiteral } from '../../../grammar/ast.ts';
import { patternGroups } from '../expression/pattern.ts';
import { addColumns } from './extend.ts';
import { argsOf, refuseItems } from './items.ts';
import type { CheckContext, Operator } from './operator.ts';

const EXAMPLE = `parse path '^/api/(?<kind>\\w+)'`;

export const parse: Operator = {
	name: 'parse',
	doc: 'Columns from the named groups of a regular expression; null where it is not found',
	usage: "parse text '… (?<name>…) …'",
	examples: [`watch http | ${EXAMPLE} | stat count() by kind`],
	takes: ['args'],
	check: (stage, input, context) => {
		if (refuseItems(stage, parse, context)) return null;
		const [text, pattern, extra] = argsOf(stage).map(({ value }) => value);
		if (extra !== undefined) {
			context.problems.error('CIQ504', extra, '`parse` takes a text and a pattern', {
				label: `such as \`${EXAMPLE}\``,
			});
			return null;
		}
		if (text === undefined || pattern?.kind !== 'string') {
			context.problems.error('CIQ503', pattern ?? stage, '`parse` needs a text and a pattern in quotes', {
				label: `such as \`${EXAMPLE}\``,
			});
			return null;
		}
		const columns = columnsOf(text, pattern, context);
		return columns && addColumns(columns, input, context);
	},
};

/** `name = extract(text, pattern, group)` for every named group. */
const columnsOf = (text: Expr, pattern: StringLiteral, { problems }: CheckContext): readonly Arg[] | null => {
	const { span } = pattern;
	const groups = patternGroups(pattern.value);
	if ('refused' in groups) {
		problems.error('CIQ406', pattern, `this regular expression does not compile: ${groups.refused}`);
		return null;
	}
	if (groups.names.size === 0) {
		problems.error('CIQ503', pattern, 'no group of this pattern has a name: there is nothing to make a column of', {
			label: 'write `(?<name>…)`',
		});
		return null;
	}
	return [...groups.names].map(([name, group]): Arg => {
		const args = [text, pattern, { kind: 'int', value: group, span } as const].map(
			(value): Arg => problems.inherit({ name: null, value, order: null, span }, pattern),
		);
		const callee = { text: 'extract', span };
		const call: Call = problems.inherit({ kind: 'call', callee, args, where: null, span }, pattern);
		return problems.inherit({ name: { text: name, span }, value: call, order: null, span }, pattern);
	});
};
