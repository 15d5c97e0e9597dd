import type { Expr } from '../../../grammar/ast.ts';
import { durationOf, sizeOf } from '../../../grammar/quantities.ts';
import { formatAddress, parseAddress, parseNet } from '../../address.ts';
import type { Value } from '../../exchange/field.ts';
import { nameOf, type Type, type TypeName } from '../../exchange/type.ts';
import type { Problems } from '../problems.ts';
import type { Ir } from './ir.ts';
import { inWords } from './types.ts';

interface Conversion {
	readonly read: (text: string) => Value;
	readonly example: string;
}

/** `1m30s`, `10KB`: numbers with units of one kind and nothing else. */
const quantity =
	(read: (text: string) => number): Conversion['read'] =>
	(text) => {
		const parts = [...text.matchAll(/\d+(?:\.\d+)?([A-Za-z\u00b5\u03bc]+)/g)];
		const whole = parts.length > 0 && parts.map(([part]) => part).join('') === text;
		return whole && parts.every(([, unit]) => read(`1${unit}`) > 0) ? read(text) : null;
	};

const address: Conversion['read'] = (text) => {
	const parsed = parseAddress(text);
	return parsed === null ? null : formatAddress(parsed);
};

const CONVERSIONS: Partial<Record<TypeName, Conversion>> = {
	ip: { read: address, example: '10.0.0.1' },
	cidr: { read: (text) => parseNet(text)?.text ?? null, example: '10.0.0.0/8' },
	duration: { read: quantity(durationOf), example: '5ms' },
	size: { read: quantity(sizeOf), example: '10KB' },
};

/**
 * A string literal where another type is needed becomes a literal of that type, or is refused. Null when it was; what is
 * no string literal comes back as it is.
 */
export const adapt = (ir: Ir, type: Type, problems: Problems): Ir | null => {
	const conversion = CONVERSIONS[nameOf(type)];
	if (conversion === undefined || ir.kind !== 'constant' || typeof ir.value !== 'string' || ir.type !== 'string')
		return ir;
	const value = conversion.read(ir.value);
	if (value !== null) return { ...ir, type, value };
	problems.error('CIQ403', ir.node, `"${ir.value}" is not ${inWords(type)}`, {
		label: mendOf(ir.value, type) ?? `such as ${conversion.example}`,
	});
	return null;
};

const mendOf = (text: string, type: Type): string | null => {
	if (text === 'localhost') return 'write `127.0.0.1`';
	return type === 'ip' && parseNet(text) !== null ? `a network stands behind \`in\`: \`in ${text}\`` : null;
};

export const constantOf = (node: Expr, type: Type, value: Value): Ir => ({ kind: 'constant', node, type, value });
