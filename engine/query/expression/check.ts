import type { Binary, Expr, FormatString, TimeLiteral, Unary } from '../../../grammar/ast.ts';
import { formatAddress, parseAddress, parseNet } from '../../address.ts';
import { tupleOf } from '../../exchange/type.ts';
import { constantOf } from './adapt.ts';
import { checkAlternatives } from './alternatives.ts';
import { checkArithmetic } from './check-arithmetic.ts';
import { checkCall } from './check-call.ts';
import { checkComparison, isComparison } from './check-compare.ts';
import { checkMatch, checkMembership } from './check-match.ts';
import { checkField, checkIndex, checkMember, checkName } from './check-name.ts';
import { type Hyphenated, hyphenated, refuseHyphenated } from './hyphenated.ts';
import type { Ir } from './ir.ts';
import type { Scope } from './scope.ts';
import { inWords, isOpen, isPlainNumber, unify } from './types.ts';
import type { Expected } from './unknown-field.ts';
import { refuseValuesAlone } from './values-alone.ts';

/**
 * Resolves the names of an expression, converts its literals and checks its types. Null when that failed: what is wrong
 * has then been reported. `expecting` is what the place of the expression suggests, for messages.
 */
export const checkExpr = (expr: Expr, scope: Scope, expecting: Expected = null): Ir | null => {
	switch (expr.kind) {
		case 'string':
			return constantOf(expr, 'string', expr.value);
		case 'int':
		case 'float':
		case 'duration':
		case 'size':
			return constantOf(expr, expr.kind, expr.value);
		case 'percent':
			return constantOf(expr, 'float', expr.value);
		case 'constant':
			return constantOf(expr, expr.value === null ? 'null' : 'bool', expr.value);
		case 'ip': {
			const address = parseAddress(expr.text);
			return constantOf(expr, 'ip', address === null ? expr.text : formatAddress(address));
		}
		case 'cidr':
			return constantOf(expr, 'cidr', parseNet(expr.text)?.text ?? expr.text);
		case 'time':
			return wallTime(expr);
		case 'format':
			return checkFormat(expr, scope);
		case 'name':
			return checkName(expr, scope, expecting);
		case 'field':
			return checkField(expr, scope);
		case 'member':
			return checkMember(expr, scope);
		case 'index':
			return checkIndex(expr, scope);
		case 'call':
			return checkCall(expr, scope);
		case 'list':
			return checkList(expr, scope);
		case 'group':
			return checkExpr(expr.inner, scope, expecting);
		case 'unary':
			return checkUnary(expr, scope);
		case 'binary':
			return checkBinary(expr, scope);
	}
};

/** An expression that has to be a condition. */
export const checkCondition = (expr: Expr, scope: Scope): Ir | null => {
	const ir = checkExpr(expr, scope);
	if (ir === null || ir.type === 'bool' || isOpen(ir.type)) return ir;
	scope.problems.error('CIQ404', expr, `a condition is needed here, and this is ${inWords(ir.type)}`, {
		label: isPlainNumber(ir.type) ? 'compare it: `… > 0`' : 'compare it, or write `has(…)` for "it is there"',
	});
	return null;
};

const wallTime = (expr: TimeLiteral): Ir => ({
	kind: 'wall',
	type: 'time',
	node: expr,
	at: expr.epochNs === null ? { timeOfDayNs: expr.timeOfDayNs ?? 0 } : { epochNs: expr.epochNs },
});

/** All or nothing, but every part is looked at, so that each of their errors is told. */
const checkAll = (exprs: readonly Expr[], scope: Scope): readonly Ir[] | null => {
	const checked = exprs.map((expr) => checkExpr(expr, scope));
	return checked.includes(null) ? null : checked.filter((ir) => ir !== null);
};

const checkFormat = (expr: FormatString, scope: Scope): Ir | null => {
	const parts = checkAll(expr.exprs, scope);
	return parts && { kind: 'concat', type: 'string', node: expr, texts: expr.texts, parts };
};

const checkList = (expr: Extract<Expr, { kind: 'list' }>, scope: Scope): Ir | null => {
	const items = checkAll(expr.items, scope);
	return items && { kind: 'list', type: tupleOf(items.map(({ type }) => type)), node: expr, items };
};

const checkUnary = (expr: Unary, scope: Scope): Ir | null => {
	if (expr.operator === 'not') {
		const operand = checkCondition(expr.operand, scope);
		return operand && { kind: 'not', type: 'bool', node: expr, operand };
	}
	const operand = checkExpr(expr.operand, scope);
	if (operand === null) return null;
	if (operand.kind === 'constant' && typeof operand.value === 'number')
		return { ...operand, node: expr, value: -operand.value };
	if (operand.type === 'time') {
		scope.problems.error('CIQ407', expr, '`-` does not go with a time', {
			label: 'a difference has two: `end_time - ts`',
		});
		return null;
	}
	const zero = constantOf(expr, operand.type, 0);
	return checkArithmetic('-', zero, operand, expr, scope.problems);
};

/** Who compares a process id with a word means the name of a process. */
const expectedBeside = (left: Ir): Expected => {
	if (left.type === 'string') return 'text';
	return left.kind === 'field' && left.field.name === 'pid' ? 'process' : null;
};

const checkBinary = (expr: Extract<Expr, { kind: 'binary' }>, scope: Scope): Ir | null => {
	const { operator } = expr;
	if (operator === 'and' || operator === 'or') {
		if (refuseValuesAlone(expr, scope)) return null;
		const left = checkCondition(expr.left, scope);
		const right = checkCondition(expr.right, scope);
		return left && right && { kind: operator, type: 'bool', node: expr, left, right };
	}
	const name = operator === '-' ? hyphenated(expr) : null;
	if (name !== null) return checkHyphenated(expr, name, scope);
	const left = checkExpr(expr.left, scope);
	const expecting = left === null ? null : expectedBeside(left);
	if (operator === 'in' || operator === 'not in') {
		const member = left && checkMembership(left, expr, (item) => checkExpr(item, scope, expecting), scope);
		return negatedIf(operator === 'not in', member);
	}
	const right = checkExpr(expr.right, scope, expecting);
	if (left === null || right === null) return null;
	if (isComparison(operator)) return checkComparison(operator, left, right, expr, scope.problems);
	switch (operator) {
		case '~':
		case '!~':
		case 'contains':
		case 'startswith':
		case 'endswith':
		case 'like':
			return negatedIf(
				operator === '!~',
				checkMatch(operator === '!~' ? '~' : operator, left, right, expr, scope.problems),
			);
		case '??':
			return checkCoalesce(left, right, expr, scope);
		case '..':
			scope.problems.error('CIQ405', expr, 'a range can only stand behind `in`', { label: 'write `x in a..b`' });
			return null;
		default:
			return checkArithmetic(operator, left, right, expr, scope.problems);
	}
};

/** Each part is checked once: what is checked twice at each level takes twice as long with each. */
const checkHyphenated = (expr: Binary, name: Hyphenated, scope: Scope): Ir | null => {
	let left = checkExpr(name.first, scope);
	if (left === null || refuseHyphenated(expr, left, name, scope)) return null;
	for (const subtraction of name.subtractions) {
		const right = checkExpr(subtraction.right, scope, left && expectedBeside(left));
		left = left && right && checkArithmetic('-', left, right, subtraction, scope.problems);
	}
	return left;
};

const checkCoalesce = (left: Ir, right: Ir, node: Binary, { problems }: Scope): Ir | null => {
	const [first, second] = checkAlternatives([left, right], problems) ?? [];
	return first && second
		? { kind: 'coalesce', type: unify(first.type, second.type), node, left: first, right: second }
		: null;
};

const negatedIf = (negated: boolean, ir: Ir | null): Ir | null =>
	ir !== null && negated ? { kind: 'not', type: 'bool', node: ir.node, operand: ir } : ir;
