import type { Value } from '../../exchange/field.ts';

type Compound = Exclude<Value, null | boolean | number | string>;

/** Lists are equal where their elements are, maps where their parts are, in any order; in them null is as any value. */
export const sameValue = (x: Value, y: Value): boolean => {
	if (x === y) return true;
	if (!isCompound(x) || !isCompound(y)) return false;
	// JSON of a body may be nested so deeply that calls would overflow the stack.
	const open: (readonly [Value, Value])[] = [[x, y]];
	for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
		const [a, b] = pair;
		if (a === b) continue;
		if (!isCompound(a) || !isCompound(b) || Array.isArray(a) !== Array.isArray(b)) return false;
		const [parts, others] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
		if (parts.size !== others.size) return false;
		for (const [name, part] of parts) {
			const other = others.get(name);
			if (other === undefined) return false;
			open.push([part, other]);
		}
	}
	return true;
};

const isCompound = (value: Value): value is Compound => typeof value === 'object' && value !== null;
