import type { Binary, BinaryOperator } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { isTime } from '../../../grammar/times.ts';
import { lookupField } from '../../exchange/catalog.ts';
import { nameOf } from '../../exchange/type.ts';
import type { Problems } from '../problems.ts';
import { adapt } from './adapt.ts';
import { bareNumber, describe } from './bare-number.ts';
import type { ComparisonOperator, Ir } from './ir.ts';
import { neverTrue } from './never-true.ts';
import { warnOfStar } from './star.ts';
import { comparable, inWords, isOrdered, isPlainNumber, readAs } from './types.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

export const isComparison = (operator: BinaryOperator): operator is ComparisonOperator => COMPARISONS.has(operator);

export const checkComparison = (
	operator: ComparisonOperator,
	left: Ir,
	right: Ir,
	node: Binary,
	problems: Problems,
): Ir | null => {
	if (left.type === 'null' || right.type === 'null') return againstNull(operator, left, right, node, problems);
	const record = [left, right].find(({ type }) => nameOf(type) === 'record');
	if (record !== undefined) {
		problems.error('CIQ401', record.node, `${describe(record)}, which is compared part by part`, {
			label: 'name a part behind a dot, or `!= null`',
		});
		return null;
	}
	const a = adapt(left, right.type, problems);
	const b = adapt(right, left.type, problems);
	if (a === null || b === null) return null;
	if (!comparable(a.type, b.type)) {
		incomparable(operator, a, b, node, problems);
		return null;
	}
	if (operator !== '==' && operator !== '!=' && !(isOrdered(a.type) && isOrdered(b.type))) {
		problems.error('CIQ401', node, `${inWords(a.type)} has no order: \`${operator}\` means nothing here`);
		return null;
	}
	warnOfImpossibleValue(operator, a, b, problems);
	warnOfTwoTexts(operator, a, b, problems);
	return { kind: 'compare', type: 'bool', node, operator, left: a, right: b };
};

const againstNull = (
	operator: ComparisonOperator,
	left: Ir,
	right: Ir,
	node: Binary,
	problems: Problems,
): Ir | null => {
	if (operator !== '==' && operator !== '!=') {
		problems.error('CIQ401', node, `null has no order: \`${operator} null\` means nothing`, {
			label: 'write `!= null`',
		});
		return null;
	}
	const operand = right.type === 'null' ? left : right;
	const present: Ir = { kind: 'present', type: 'bool', node, operand };
	return operator === '!=' ? present : { kind: 'not', type: 'bool', node, operand: present };
};

const incomparable = (operator: ComparisonOperator, left: Ir, right: Ir, node: Binary, problems: Problems): void => {
	const [unit, bare] = isPlainNumber(left.type) ? [right, left] : [left, right];
	if (unit.type === 'duration' && isPlainNumber(bare.type)) {
		bareNumber(unit, bare, problems);
		return;
	}
	const message = `${describe(left)}, and it is compared with ${inWords(right.type)}`;
	const label = mendOf(operator, left, right);
	problems.error('CIQ401', label === null ? node : right.node, message, label === null ? {} : { label });
};

const mendOf = (operator: ComparisonOperator, left: Ir, right: Ir): string | null => {
	const written = printExpr(right.node);
	if (left.type === 'time') {
		const moment = right.kind === 'constant' ? String(right.value) : written.replaceAll(' ', '');
		return `a time is written \`@${/\d{2,}-\d|\d:\d/.test(moment) && isTime(`@${moment}`) ? moment : '2026-01-02T03:04:05Z'}\``;
	}
	if (left.type === 'ip' && right.type === 'cidr') {
		const word = operator === '!=' ? 'not in' : 'in';
		return `did you mean \`${printExpr(left.node)} ${word} ${written}\`?`;
	}
	const isEquality = operator === '==' || operator === '!=';
	if (isEquality && nameOf(right.type) === 'list' && nameOf(left.type) !== 'list')
		return `write \`${printExpr(left.node)} ${operator === '==' ? 'in' : 'not in'} ${written}\``;
	const hundreds = right.kind === 'constant' && /^([1-5])xx$/i.exec(String(right.value))?.[1];
	if (isEquality && hundreds && isPlainNumber(left.type))
		return `write \`${printExpr(left.node)} ${operator === '==' ? 'in' : 'not in'} ${hundreds}00..${hundreds}99\``;
	const read = operator === '==' || operator === '!=' ? null : readAs(left, right.type);
	if (read !== null) return read;
	if (right.kind !== 'constant') return null;
	const given = String(right.value);
	if (left.type === 'bool' && isEquality && ['1', '0', 'true', 'false'].includes(given))
		return `write \`${given === '1' || given === 'true'}\``;
	if (
		left.kind === 'field' &&
		left.field.name === 'pid' &&
		typeof right.value === 'string' &&
		Number.isNaN(Number(given))
	)
		return `a process by its name: \`comm ${operator} ${written}\``;
	if (typeof right.value === 'string' && isPlainNumber(left.type) && Number.isFinite(Number(right.value || 'x')))
		return `did you mean \`${right.value}\` without quotes?`;
	if (left.type === 'string') return `did you mean \`"${written}"\`?`;
	return null;
};

/** `"path" == "/a"`: names stand in double quotes in SQL. */
const warnOfTwoTexts = (operator: ComparisonOperator, left: Ir, right: Ir, problems: Problems): void => {
	if (operator !== '==' || left.kind !== 'constant' || right.kind !== 'constant' || left.node.kind !== 'string') return;
	if (typeof left.value !== 'string' || left.value === right.value || lookupField(left.value, null) === null) return;
	problems.warning('CIQ408', left.node, 'this is never true: both sides are texts', {
		label: `did you mean the field \`${left.value}\`?`,
	});
};

const warnOfImpossibleValue = (operator: ComparisonOperator, left: Ir, right: Ir, problems: Problems): void => {
	if (operator !== '==' || left.kind !== 'field' || right.kind !== 'constant') return;
	warnOfStar(left, right, problems);
	const never = neverTrue(left.field, right.value);
	if (never === null) return;
	const { message, meant } = never;
	problems.warning('CIQ408', right.node, message, meant === null ? {} : { label: `did you mean \`"${meant}"\`?` });
};
