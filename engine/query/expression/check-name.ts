import type { Expr, FieldExpr, Index, Member, NameExpr } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { fieldNames, lookupField, protocolField } from '../../exchange/catalog.ts';
import type { Field } from '../../exchange/field.ts';
import { membersOf, nameOf, partType, recordOf, type Type } from '../../exchange/type.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { type Flow, type NestedRow, nestedIr } from '../flow.ts';
import { fieldElsewhere } from '../other-fields.ts';
import { constantOf } from './adapt.ts';
import { checkExpr } from './check.ts';
import type { Ir } from './ir.ts';
import { isHeaders, isMessage, MESSAGE_PARTS } from './message-parts.ts';
import type { Scope } from './scope.ts';
import { elementType, inWords, isOpen } from './types.ts';
import { type Expected, refuseDottedElsewhere, refuseUnknownField } from './unknown-field.ts';

/** In order: `let`, `param`; a column made upstream; a field of the exchange. In backquotes columns and fields come first. */
export const checkName = (expr: NameExpr, scope: Scope, expecting: Expected): Ir | null => {
	const { text } = expr.name;
	const value = scope.definitions.values.get(text);
	if (value !== undefined && !(expr.name.quoted && valueIn(scope.flow, text, expr) !== null)) {
		if (scope.replacing.includes(text)) {
			scope.problems.error('CIQ308', expr, `\`${text}\` is defined by itself`);
			return null;
		}
		if (!scope.replacements.take(expr, scope.problems)) return null;
		return checkExpr(value.value, { ...scope, replacing: [...scope.replacing, text] });
	}
	if (text === 'this') return thisOf(expr, scope.flow);
	return fieldOf(text, expr, scope, expecting);
};

/** `.name`: the field, whatever else has that name. */
export const checkField = (expr: FieldExpr, scope: Scope): Ir | null => {
	const { flow } = scope;
	const found = flow.exchanges ? lookupField(expr.name.text, flow.protocols) : null;
	return found?.kind === 'field' ? fieldRef(found.field, expr) : fieldOf(expr.name.text, expr, scope, null);
};

const fieldOf = (name: string, node: Expr, scope: Scope, expecting: Expected): Ir | null => {
	const column = scope.flow.columns.find((candidate) => candidate.name === name);
	if (column !== undefined) return { ...column.ir, node };
	const nested = nestedValue(name, node, scope.flow);
	if (nested !== null) return nested;
	const found = scope.flow.exchanges ? lookupField(name, scope.flow.protocols) : null;
	if (found?.kind === 'field') return fieldRef(found.field, node);
	if (found !== null) {
		const choices = found.names.map((choice) => `\`${choice}\``).join(' or ');
		scope.problems.error('CIQ305', node, `\`${name}\` means different things`, { label: `write ${choices}` });
		return null;
	}
	refuseUnknownField(name, node, scope, expecting);
	return null;
};

/** A name in the row whose columns need no prefix, or the row of that name itself. */
const nestedValue = (name: string, node: Expr, flow: Flow): Ir | null => {
	for (const inner of flow.nested) {
		if (inner.name === name) return nestedIr(inner, thisOf(node, inner.flow), node);
		const value = inner.name === null ? valueIn(inner.flow, name, node) : null;
		if (value !== null) return nestedIr(inner, value, node);
	}
	return null;
};

/** What a name is in the rows of a flow; null where it is nothing. */
const valueIn = (flow: Flow, name: string, node: Expr): Ir | null => {
	const column = flow.columns.find((candidate) => candidate.name === name);
	if (column !== undefined) return { ...column.ir, node };
	const found = flow.exchanges ? lookupField(name, flow.protocols) : null;
	return found?.kind === 'field' ? fieldRef(found.field, node) : nestedValue(name, node, flow);
};

/** The whole row. */
export const thisOf = (node: Expr, flow: Flow): Ir => ({
	kind: 'this',
	type: flow.exchanges ? 'record' : recordOf(flow.columns.map(({ name, type }) => [name, type])),
	node,
	columns: flow.exchanges ? null : flow.columns.map(({ name, ir }) => ({ name, ir })),
});

const fieldRef = (field: Field, node: Expr): Ir => ({ kind: 'field', type: field.type, node, field });

/** `http.path`, `req.body`, `this.path`, `worst.path`. */
export const checkMember = (expr: Member, scope: Scope): Ir | null => {
	const { object, name } = expr;
	if (refuseDottedElsewhere(expr, scope)) return null;
	if (object.kind === 'name') {
		const qualified = checkQualified(object.name.text, name.text, expr, scope);
		if (qualified !== undefined) return qualified;
	}
	const inner = object.kind === 'name' ? scope.flow.nested.find((one) => one.name === object.name.text) : undefined;
	if (inner !== undefined) return checkNested(inner, expr, scope);
	if (object.kind === 'name' && object.name.text === 'this') return fieldOf(name.text, expr, scope, null);
	const of = checkExpr(object, scope);
	if (of === null) return null;
	const parts = isMessage(of) ? MESSAGE_PARTS : membersOf(of.type);
	if (parts !== null) return knownPart(of, parts, expr, scope);
	if (nameOf(of.type) === 'map' || isOpen(of.type)) {
		const part = isHeaders(of) ? name.text.toLowerCase() : name.text;
		return { ...memberOf(of, expr, null, part), type: partType(of.type, part) };
	}
	if (of.type === 'record') {
		const found = lookupField(name.text, scope.flow.protocols);
		return memberOf(of, expr, found?.kind === 'field' ? found.field : null);
	}
	const isLength =
		['length', 'len', 'size'].includes(name.text) && (of.type === 'string' || nameOf(of.type) === 'list');
	const isBody = of.kind === 'member' && of.name === 'body' && isMessage(of.object);
	const mend = isLength ? `len(${printExpr(object)})` : isBody ? `json(${printExpr(object)}).${name.text}` : null;
	scope.problems.error('CIQ409', expr, `\`${printExpr(object)}\` is ${inWords(of.type)}: it has no parts`, {
		...(mend !== null && { label: `write \`${mend}\`` }),
	});
	return null;
};

/** `srv.latency`: a name in one of the rows that a row holds. */
const checkNested = (inner: NestedRow, expr: Member, scope: Scope): Ir | null => {
	const value = fieldOf(expr.name.text, expr, { ...scope, flow: inner.flow }, null);
	return value && nestedIr(inner, value, expr);
};

const memberOf = (object: Ir, node: Member, field: Field | null, name = node.name.text): Ir => ({
	kind: 'member',
	type: field?.type ?? 'any',
	node,
	object,
	name,
	field,
});

/** A part of a record whose parts are known. */
const knownPart = (of: Ir, parts: ReadonlyMap<string, Type>, expr: Member, scope: Scope): Ir | null => {
	const { text } = expr.name;
	const type = parts.get(text);
	if (type !== undefined) return { ...memberOf(of, expr, null), type };
	const isField = (field: string): boolean => lookupField(field, scope.flow.protocols) !== null;
	const known = isMessage(of) ? [text, fieldElsewhere(text)].find((field) => field !== null && isField(field)) : null;
	const own = known !== null && known !== undefined;
	const near = own ? known : nearest(text, [...parts.keys()]);
	scope.problems.error('CIQ409', expr, `\`${printExpr(expr.object)}\` has no \`${text}\``, {
		label:
			near === null
				? `it has ${[...parts.keys()].join(', ')}`
				: `did you mean \`${own ? near : `${printExpr(expr.object)}.${near}`}\`?`,
	});
	return null;
};

/** `http.path`; undefined where the first name is no protocol. */
const checkQualified = (protocol: string, name: string, node: Expr, scope: Scope): Ir | null | undefined => {
	const known = PROTOCOLS.find((candidate) => candidate.name === protocol);
	const { flow } = scope;
	if (known === undefined || !flow.exchanges || flow.columns.some((column) => column.name === protocol))
		return undefined;
	const field = protocolField(protocol, name) ?? commonField(name);
	if (field === null) {
		const near = nearest(name, fieldNames([protocol]));
		const label = near === null ? {} : { label: `did you mean \`${near}\`?` };
		scope.problems.error('CIQ301', node, `no field \`${name}\` in ${protocol}`, label);
		return null;
	}
	if (flow.protocols !== null && !flow.protocols.includes(protocol))
		scope.problems.warning('CIQ408', node, `this stream has no ${protocol}: \`${protocol}.${name}\` is always null`);
	const { get, members: _, ...rest } = field;
	return fieldRef({ ...rest, get: (exchange) => (exchange.protocol === protocol ? get(exchange) : null) }, node);
};

const commonField = (name: string): Field | null => {
	const found = lookupField(name, []);
	return found?.kind === 'field' ? found.field : null;
};

/** `req.headers["X-Request-Id"]`, `this["odd name"]`, `answers[0]`. */
export const checkIndex = (expr: Index, scope: Scope): Ir | null => {
	const index = checkExpr(expr.index, scope);
	const object = checkExpr(expr.object, scope);
	if (index === null || object === null) return null;
	const key = index.kind === 'constant' && typeof index.value === 'string' ? index.value : null;
	if (object.kind === 'this' && key !== null) return fieldOf(key, expr, scope, null);
	if (!['list', 'map', 'record'].includes(nameOf(object.type)) && !isOpen(object.type)) {
		scope.problems.error('CIQ409', expr, `\`${printExpr(expr.object)}\` is ${inWords(object.type)}: it has no parts`);
		return null;
	}
	const at = key !== null && isHeaders(object) ? constantOf(index.node, 'string', key.toLowerCase()) : index;
	return { kind: 'element', type: typeAt(object, index), node: expr, object, index: at };
};

const typeAt = ({ type }: Ir, index: Ir): Type => {
	const key = index.kind === 'constant' ? index.value : null;
	if (nameOf(type) === 'list') return typeof key === 'number' ? partType(type, key) : elementType(type);
	return typeof key === 'string' || nameOf(type) === 'map' ? partType(type, String(key)) : 'any';
};
