import type { Binary, Expr } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { parseAddress, parseNet } from '../../address.ts';
import { nameOf, type Type, typeText } from '../../exchange/type.ts';
import type { Problems } from '../problems.ts';
import { adapt } from './adapt.ts';
import type { Ir, MembershipOption } from './ir.ts';
import { neverTrue } from './never-true.ts';
import { compileLike, compilePattern, patternFault, type TextTest } from './pattern.ts';
import type { Scope } from './scope.ts';
import { warnOfStar } from './star.ts';
import { comparable, elementType, inWords, isOpen, isPlainNumber, isTextual, readAs } from './types.ts';

export type MatchOperator = '~' | 'contains' | 'startswith' | 'endswith' | 'like';

const TESTS: Record<MatchOperator, (pattern: string) => TextTest> = {
	'~': compilePattern,
	like: compileLike,
	contains: (part) => (text) => text.includes(part),
	startswith: (part) => (text) => text.startsWith(part),
	endswith: (part) => (text) => text.endsWith(part),
};

/** A text against a pattern that is written in the query. */
export const checkMatch = (
	operator: MatchOperator,
	subject: Ir,
	pattern: Ir,
	node: Binary,
	problems: Problems,
): Ir | null => {
	if (operator === 'contains' && nameOf(subject.type) === 'list') {
		const sought = adapt(pattern, elementType(subject.type), problems);
		if (sought === null || !isHeld(sought, subject, problems)) return null;
		return { kind: 'in', type: 'bool', node, subject: sought, options: [{ kind: 'list', list: subject }] };
	}
	if (operator === 'contains' && nameOf(subject.type) === 'map' && pattern.kind === 'constant') {
		problems.error('CIQ401', subject.node, '`contains` looks at a text, and this is a map', {
			label: `write \`${hasPart(subject.node, String(pattern.value))}\`, or \`str(…)\` for its text`,
		});
		return null;
	}
	if (!isTextual(subject.type) && !isOpen(subject.type) && nameOf(subject.type) !== 'record') {
		problems.error('CIQ401', subject.node, `\`${operator}\` looks at a text, and this is ${inWords(subject.type)}`, {
			label: isPlainNumber(subject.type) ? 'compare numbers: `status in 500..599`' : 'write `str(…)` for its text',
		});
		return null;
	}
	if (pattern.kind !== 'constant' || typeof pattern.value !== 'string') {
		problems.error('CIQ405', pattern.node, `behind \`${operator}\` a text in quotes is needed`, {
			label:
				pattern.kind === 'constant'
					? `did you mean \`"${printExpr(pattern.node)}"\`?`
					: 'this is not known before the query runs',
		});
		return null;
	}
	if (operator === 'like' && /\*/.test(pattern.value) && !/[%_]/.test(pattern.value))
		problems.warning('CIQ408', pattern.node, 'in `like` the star is a star', {
			label: `did you mean \`"${pattern.value.replaceAll('*', '%')}"\`?`,
		});
	try {
		return { kind: 'match', type: 'bool', node, subject, test: TESTS[operator](pattern.value) };
	} catch (error) {
		problems.error('CIQ406', pattern.node, 'this regular expression does not compile', {
			label: patternFault(error),
			notes: ['matching takes linear time, so lookaround (?=…) and backreferences \\1 do not exist'],
		});
		return null;
	}
};

/** `subject in …`: a list, a network, a range, or a field that holds a list. */
export const checkMembership = (
	subject: Ir,
	node: Binary,
	check: (item: Expr) => Ir | null,
	scope: Scope,
): Ir | null => {
	const { problems } = scope;
	const set = unwrap(node.right, scope);
	const range = subject.type === 'ip' ? rangeMeant(set) : null;
	if (range !== null) {
		problems.error('CIQ405', set, 'this `-` subtracts', { label: `write \`${range}\`` });
		return null;
	}
	const items = set.kind === 'list' ? set.items : [set];
	const written = set.kind === 'list';
	if (!written && refuseHaystack(subject, set, check, problems)) return null;
	const checked = items.map((item) => checkOption(subject, unwrap(item, scope), written, check, problems));
	const options = checked.filter((option) => option !== null);
	if (options.length < checked.length) return null;
	if (!written && options[0]?.kind === 'value') {
		problems.error('CIQ405', set, 'behind `in` a list, a range or a network is needed', {
			label: `did you mean \`${rangeMeant(set) ?? `[${printExpr(set)}]`}\`?`,
		});
		return null;
	}
	for (const option of options) warnOfOption(subject, option, node, problems);
	return { kind: 'in', type: 'bool', node, subject, options };
};

/** A value of the list that is never found, as behind `==`. */
const warnOfOption = (subject: Ir, option: MembershipOption, { operator, left }: Binary, problems: Problems): void => {
	if (option.kind !== 'value' || option.value.kind !== 'constant') return;
	const { value, node } = option.value;
	if (value === null) {
		const [word, mend] = operator === 'in' ? ['or', '=='] : ['and', '!='];
		const message =
			operator === 'in'
				? 'null is equal to nothing: it is never found'
				: 'null is equal to nothing: this is never true';
		const label = `leave it out and write \`${word} ${printExpr(left)} ${mend} null\` behind the list`;
		problems.warning('CIQ408', node, message, { label });
	}
	if (operator === 'in') warnOfStar(subject, option.value, problems);
	const never = operator === 'in' && subject.kind === 'field' ? neverTrue(subject.field, value) : null;
	if (never === null) return;
	const { message, meant } = never;
	problems.warning('CIQ408', node, message, meant === null ? {} : { label: `did you mean \`"${meant}"\`?` });
};

/** `100ms-200ms`; null where it is no range. */
const rangeMeant = (set: Expr): string | null =>
	set.kind === 'binary' && set.operator === '-' && RANGED.has(set.left.kind) && set.left.kind === set.right.kind
		? `${printExpr(set.left)}..${printExpr(set.right)}`
		: null;

const RANGED: ReadonlySet<Expr['kind']> = new Set(['int', 'float', 'duration', 'size', 'ip', 'time']);

/** `"boom" in resp.body` and `"sid" in cookies`, as in Python. */
const refuseHaystack = (subject: Ir, set: Expr, check: (item: Expr) => Ir | null, problems: Problems): boolean => {
	if (subject.kind !== 'constant' || subject.type !== 'string' || typeof subject.value !== 'string') return false;
	if (!['name', 'field', 'member', 'index'].includes(set.kind)) return false;
	const within = check(set);
	if (within === null || within.kind === 'constant') return false;
	const [text, part] = [printExpr(set), printExpr(subject.node)];
	const mend =
		nameOf(within.type) === 'map'
			? hasPart(set, subject.value)
			: within.type === 'string'
				? `${text} contains ${part}`
				: null;
	if (mend === null) return false;
	problems.error('CIQ405', set, 'behind `in` a list, a range or a network is needed', { label: `write \`${mend}\`` });
	return true;
};

/** Whether a map has a part of that name. */
const hasPart = (map: Expr, name: string): string =>
	`has(${printExpr(map)}${/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`})`;

/** What parentheses and names of `let` stand for: `in internal` where `let internal = [10.0.0.0/8]`. */
const unwrap = (expr: Expr, scope: Scope): Expr => {
	if (expr.kind === 'group') return unwrap(expr.inner, scope);
	if (expr.kind !== 'name' || scope.replacing.includes(expr.name.text)) return expr;
	const named = scope.definitions.values.get(expr.name.text);
	if (named === undefined) return expr;
	return unwrap(named.value, { ...scope, replacing: [...scope.replacing, expr.name.text] });
};

const checkOption = (
	subject: Ir,
	item: Expr,
	inList: boolean,
	check: (item: Expr) => Ir | null,
	problems: Problems,
): MembershipOption | null => {
	if (item.kind === 'binary' && item.operator === '..') {
		const from = checkEnd(subject, check(item.left), problems);
		const to = checkEnd(subject, check(item.right), problems);
		return from && to && { kind: 'range', from, to };
	}
	const ir = check(item);
	if (ir === null) return null;
	if (nameOf(ir.type) === 'list' || (!inList && ir.type === 'any'))
		return isHeld(subject, ir, problems) ? { kind: 'list', list: ir } : null;
	const net = netOf(subject, ir);
	if (net !== null) return { kind: 'net', net };
	const value = checkEnd(subject, ir, problems);
	return value && { kind: 'value', value };
};

const netOf = (subject: Ir, ir: Ir): ReturnType<typeof parseNet> => {
	if (ir.kind !== 'constant' || typeof ir.value !== 'string') return null;
	const isNet = ir.type === 'cidr' || (subject.type === 'ip' && ir.type === 'string' && ir.value.includes('/'));
	return isNet && (subject.type === 'ip' || isOpen(subject.type)) ? parseNet(ir.value) : null;
};

const checkEnd = (subject: Ir, ir: Ir | null, problems: Problems): Ir | null => {
	const value = ir && adapt(ir, subject.type, problems);
	if (value === null) return null;
	const unknownAddress =
		subject.type === 'ip' && value.kind === 'constant' && parseAddress(String(value.value)) === null;
	if (comparable(subject.type, value.type) && !unknownAddress) return value;
	unfit(subject, inWords(subject.type), subject.type, value, problems);
	return null;
};

/** Whether a list can hold the value; reports it where it never does. An address is compared as its text. */
const isHeld = (value: Ir, list: Ir, problems: Problems): boolean => {
	const element = elementType(list.type);
	if (comparable(element, value.type) || (isTextual(element) && isTextual(value.type))) return true;
	unfit(list, `a ${typeText(list.type)}`, element, value, problems);
	return false;
};

/** `words` say what the subject is, `wanted` is what the value would have to be. */
const unfit = (subject: Ir, words: string, wanted: Type, value: Ir, problems: Problems): void => {
	const bareNumber = wanted === 'duration' && isPlainNumber(value.type);
	const mend = bareNumber ? `did you mean \`${printExpr(value.node)}ms\`?` : readAs(subject, value.type);
	problems.error(
		bareNumber ? 'CIQ402' : 'CIQ401',
		value.node,
		`\`${printExpr(subject.node)}\` is ${words}, and this is ${inWords(value.type)}`,
		mend === null ? {} : { label: mend },
	);
};
