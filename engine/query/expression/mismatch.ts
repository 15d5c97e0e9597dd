import { printExpr } from '../../../grammar/print.ts';
import type { PresentValue } from '../../exchange/field.ts';
import type { Env } from '../env.ts';
import type { Getter } from './compile.ts';
import type { ComparisonOperator, Constant, Ir } from './ir.ts';

/** What a value that is typed when it comes turned out to be. */
const kindOf = (value: PresentValue): string => {
	if (Array.isArray(value)) return 'a list';
	const type = typeof value;
	return type === 'string' ? 'a text' : type === 'number' ? 'a number' : type === 'boolean' ? 'true or false' : 'a map';
};

/** As it would have to be written to be of the type of `value`; null where it cannot be. */
const rewritten = ({ type, value: literal }: Constant, value: PresentValue): string | null => {
	if (typeof value === 'string') return type === 'int' || type === 'float' || type === 'bool' ? `"${literal}"` : null;
	const isNumber = typeof value === 'number' && type === 'string' && literal !== '' && Number.isFinite(Number(literal));
	const isTruth = typeof value === 'boolean' && (literal === 'true' || literal === 'false');
	return isNumber || isTruth ? String(literal) : null;
};

const mendOf = (
	name: string,
	operator: Operator,
	literals: readonly Constant[],
	value: PresentValue,
): string | null => {
	const isOrder = operator !== '==' && operator !== '!=' && operator !== 'in';
	// As texts "9" is more than "10".
	if (isOrder && typeof value === 'string') return `float(${name}) ${operator} ${printExpr(literals[0]!.node)}`;
	const texts = literals.map((literal) => rewritten(literal, value)).filter((text) => text !== null);
	if (texts.length < literals.length) return null;
	return `${name} ${operator} ${operator === 'in' ? `[${texts.join(', ')}]` : texts[0]}`;
};

type Operator = ComparisonOperator | 'in';

/**
 * The subject of a comparison whose type is not known before it comes, as the values of JSON: where it is of another type
 * than all of `literals` the comparison says nothing, which is told once of each place. Other subjects stay as they are.
 */
export const watchKind = (
	get: Getter,
	{ type, node }: Ir,
	operator: Operator,
	literals: readonly Constant[],
	env: Env,
): Getter => {
	const [first] = literals.map(({ value }) => value).filter((value) => value !== null);
	if (type !== 'any' || first === undefined) return get;
	const kinds = new Set<string>(literals.map(({ value }) => typeof value));
	return (row) => {
		const value = get(row);
		if (value !== null && !kinds.has(typeof value))
			env.mismatched(node, () => {
				const name = printExpr(node);
				const mend = mendOf(name, operator, literals, value);
				const write = mend === null ? '' : `: for those write \`${mend}\``;
				return `\`${name}\` is ${kindOf(value)} in some rows, and is compared with ${kindOf(first)}${write}`;
			});
		return value;
	};
};

/** The same of two values neither of which is known before. */
export const tellPair = (left: Ir, x: PresentValue, right: Ir, y: PresentValue, env: Env): void =>
	env.mismatched(left.node, () => {
		const [a, b] = [printExpr(left.node), printExpr(right.node)];
		return `\`${a}\` is ${kindOf(x)} in some rows, and is compared with \`${b}\`, which is ${kindOf(y)} there`;
	});

/** The same of what is to be a text. */
export const tellNoText = (subject: Ir, value: PresentValue, env: Env): void =>
	env.mismatched(subject.node, () => {
		const name = printExpr(subject.node);
		return `\`${name}\` is ${kindOf(value)} in some rows, and texts are looked for in it: write \`str(${name})\``;
	});
