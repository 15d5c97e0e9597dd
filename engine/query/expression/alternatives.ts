import { printExpr } from '../../../grammar/print.ts';
import { membersOf, nameOf, type Type, typeText } from '../../exchange/type.ts';
import type { Problems } from '../problems.ts';
import { bareNumber } from './bare-number.ts';
import type { Ir } from './ir.ts';
import { elementType, inWords, isPlainNumber } from './types.ts';

/**
 * Values of which a row has one: those of `if`, `case`, `coalesce` and `??`. Units exist only while a query is checked: of a
 * duration that may be something else as well nobody could tell later, and it would be shown as a number of ns.
 */

const isUnit = (type: Type): boolean => type === 'duration' || type === 'time';

const hasUnit = (type: Type): boolean => {
	if (typeof type === 'string') return isUnit(type);
	const parts = membersOf(type)?.values() ?? ('tuple' in type ? type.tuple : [elementType(type)]);
	return [...parts].some(hasUnit);
};

/** Whether nothing is lost when a value is of one type or the other. */
export const goTogether = (a: Type, b: Type): boolean => {
	if (a === 'null' || b === 'null' || typeText(a) === typeText(b)) return true;
	if (!hasUnit(a) && !hasUnit(b)) return true;
	const [ofA, ofB] = [membersOf(a), membersOf(b)];
	if (ofA !== null && ofB !== null)
		return ofA.size === ofB.size && [...ofA].every(([name, type]) => goTogether(type, ofB.get(name) ?? 'any'));
	return nameOf(a) === 'list' && nameOf(b) === 'list' && goTogether(elementType(a), elementType(b));
};

/** Zero is that of every unit. */
const isZero = (ir: Ir): boolean => ir.kind === 'constant' && ir.value === 0 && isPlainNumber(ir.type);

/** Null when two do not go together, which has been said. */
export const checkAlternatives = (irs: readonly Ir[], problems: Problems): readonly Ir[] | null => {
	const unit = irs.find(({ type }) => hasUnit(type));
	if (unit === undefined) return irs;
	const fitting = irs.map((ir) => (unit.type === 'duration' && isZero(ir) ? { ...ir, type: unit.type } : ir));
	const odd = fitting.find(({ type }) => !goTogether(type, unit.type));
	if (odd === undefined) return fitting;
	if (unit.type === 'duration' && isPlainNumber(odd.type)) {
		bareNumber(unit, odd, problems);
		return null;
	}
	const written = printExpr(unit.node);
	const isWhole = isUnit(unit.type);
	const message = isWhole
		? `\`${written}\` is ${inWords(unit.type)}, and this is ${inWords(odd.type)}`
		: `\`${written}\` is ${typeText(unit.type)}, and this is ${typeText(odd.type)}`;
	problems.error('CIQ405', odd.node, message, {
		label: isWhole
			? `write \`str(${written})\`, or \`float(${written})\` for ${unit.type === 'time' ? 'seconds' : 'ms'}`
			: 'both must be of one type',
	});
	return null;
};
