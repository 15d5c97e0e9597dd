import { type Exchange, isExchange } from '../../exchange/exchange.ts';
import type { Value, ValueMap } from '../../exchange/field.ts';
import type { Env } from '../env.ts';
import { textOf } from '../functions/format.ts';
import { exchangeOf, fieldGetter, memberGetter, rowOf, valuesOf } from '../rows.ts';
import type { Row } from '../signal.ts';
import { compileArithmetic } from './compile-arithmetic.ts';
import { compileTest } from './compile-test.ts';
import type { Apply, Concat, Ir, MemberOf, This, WallTime, Within } from './ir.ts';
import { timeOfDay } from './time-of-day.ts';

export type Getter = (row: Row) => Value;

/** A closure for the value of an expression: no evaluation of text, one call per part and row. */
export const compileValue = (ir: Ir, env: Env): Getter => {
	switch (ir.kind) {
		case 'constant': {
			const { value } = ir;
			return () => value;
		}
		case 'wall':
			return compileWall(ir, env);
		case 'field':
			return fieldGetter(ir.field);
		case 'column': {
			const { index } = ir;
			return (row) => valuesOf(row)[index] ?? null;
		}
		case 'this':
			return compileThis(ir, env);
		case 'within':
			return compileWithin(ir, env);
		case 'member':
			return compileMember(ir, env);
		case 'element': {
			const object = compileValue(ir.object, env);
			const index = compileValue(ir.index, env);
			return (row) => elementOf(object(row), index(row));
		}
		case 'list': {
			const items = ir.items.map((item) => compileValue(item, env));
			return (row) => items.map((item) => item(row));
		}
		case 'coalesce': {
			const left = compileValue(ir.left, env);
			const right = compileValue(ir.right, env);
			return (row) => left(row) ?? right(row);
		}
		case 'arithmetic':
			return compileArithmetic(ir.operator, compileValue(ir.left, env), compileValue(ir.right, env));
		case 'concat':
			return compileConcat(ir, env);
		case 'apply':
			return compileApply(ir, env);
		default: {
			const holds = compileTest(ir, false, env);
			const fails = compileTest(ir, true, env);
			return (row) => (holds(row) ? true : fails(row) ? false : null);
		}
	}
};

/** Times count from the start of the capture, which is known when the plan runs. A time of day is of that day. */
const compileWall = ({ at }: WallTime, env: Env): Getter => {
	if ('epochNs' in at) return () => env.sinceStart(at.epochNs);
	return () => env.sinceStart(timeOfDay(at.timeOfDayNs, env));
};

const compileThis = ({ columns }: This, env: Env): Getter => {
	if (columns === null) return exchangeOf;
	const getters = columns.map(({ name, ir }) => [name, compileValue(ir, env)] as const);
	return (row) => Object.fromEntries(getters.map(([name, get]) => [name, get(row)]));
};

const compileWithin = ({ row, value }: Within, env: Env): Getter => {
	const of = compileValue(row, env);
	const get = compileValue(value, env);
	return (outer) => {
		const inner = of(outer);
		return inner === null ? null : get(rowOf(inner));
	};
};

const compileMember = ({ object, name, field }: MemberOf, env: Env): Getter => {
	const member = object.kind === 'field' ? memberGetter(object.field, name) : null;
	if (member !== null) return member;
	const of = compileValue(object, env);
	return (row) => {
		const value = of(row);
		if (isExchange(value)) return field === null ? null : field.get(value);
		return elementOf(value, name);
	};
};

const isMap = (value: Exclude<Value, Exchange>): value is ValueMap =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own properties only: a captured document must not reach a prototype. */
const elementOf = (object: Value, index: Value): Value => {
	if (Array.isArray(object)) return typeof index === 'number' ? (object.at(index) ?? null) : null;
	if (isExchange(object) || !isMap(object) || typeof index !== 'string') return null;
	return Object.hasOwn(object, index) ? (object[index] ?? null) : null;
};

const compileConcat = ({ texts, parts }: Concat, env: Env): Getter => {
	const getters = parts.map((part) => compileValue(part, env));
	return (row) => {
		let text = texts[0] ?? '';
		for (let at = 0; at < getters.length; at++) {
			const value = getters[at]!(row);
			if (value === null) return null;
			text += textOf(value, parts[at]!.type, env.clock) + (texts[at + 1] ?? '');
		}
		return text;
	};
};

const compileApply = ({ fn, args }: Apply, env: Env): Getter => {
	const getters = args.map((arg) => compileValue(arg, env));
	const apply =
		'applyTo' in fn
			? fn.applyTo(
					args.map(({ type }) => type),
					env.clock,
				)
			: fn.apply;
	return (row) => {
		const values: Value[] = [];
		for (const get of getters) {
			const value = get(row);
			if (value === null && fn.total !== true) return null;
			values.push(value);
		}
		const result = apply(values);
		if (result === null && fn.converts === true) env.failedConversion(fn.name, values[0] ?? null);
		return result;
	};
};
