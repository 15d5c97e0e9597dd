import type { Call, Expr, Fn, Node, Parameter } from '../../../grammar/ast.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { nameOf } from '../../exchange/type.ts';
import { AGGREGATES } from '../aggregates/registry.ts';
import { type FunctionParameter, type ScalarFunction, usageOf } from '../functions/function.ts';
import { FUNCTIONS } from '../functions/registry.ts';
import { callElsewhere } from '../other-functions.ts';
import { mapExpr } from '../views/map.ts';
import { adapt } from './adapt.ts';
import { checkAlternatives } from './alternatives.ts';
import { checkExpr } from './check.ts';
import { checkArithmetic } from './check-arithmetic.ts';
import type { Ir } from './ir.ts';
import type { Scope } from './scope.ts';
import { isNumeric, isOpen, unfitting } from './types.ts';

interface SpecialCall {
	readonly arity: number;
	readonly check: (args: readonly Ir[], call: Call, scope: Scope) => Ir | null;
}

/** Calls that are no functions of values: `has` asks for presence, the others for the clock. */
const SPECIAL: Readonly<Record<string, SpecialCall>> = {
	has: {
		arity: 1,
		check: ([operand], node) => (operand ? { kind: 'present', type: 'bool', node, operand } : null),
	},
	now: { arity: 0, check: (_, node, scope) => now(node, scope) },
	ago: {
		arity: 1,
		check: ([duration], node, scope) =>
			duration ? checkArithmetic('-', now(node, scope), duration, node, scope.problems) : null,
	},
	elapsed: {
		arity: 1,
		check: ([time], node, scope) => (time ? checkArithmetic('-', now(node, scope), time, node, scope.problems) : null),
	},
};

const now = (node: Call, { nowNs }: Scope): Ir => ({ kind: 'wall', type: 'time', node, at: { epochNs: nowNs } });

export const checkCall = (call: Call, scope: Scope): Ir | null => {
	const name = call.callee.text;
	const fn = scope.definitions.fns.get(name);
	if (fn !== undefined) return checkMacro(call, fn, scope);
	if (AGGREGATES.has(name)) return checkAggregate(call, scope);
	const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
	const scalar = FUNCTIONS.get(name);
	if (special === undefined && scalar === undefined) {
		unknownFunction(call, scope);
		return null;
	}
	const args = plainArguments(call, scope);
	if (args === null) return null;
	if (scalar !== undefined) return checkScalar(call, scalar, args, scope);
	return special === undefined ? null : checkSpecial(call, special, args, scope);
};

const unknownFunction = (call: Call, { problems, definitions }: Scope): void => {
	const name = call.callee.text;
	const known = [...FUNCTIONS.keys(), ...Object.keys(SPECIAL), ...AGGREGATES.keys(), ...definitions.fns.keys()];
	const near = nearest(name, known);
	const label = callElsewhere(call) ?? (near === null ? null : `did you mean \`${near}\`?`);
	problems.error('CIQ303', call, `no function \`${name}\``, label === null ? {} : { label });
};

const checkSpecial = (call: Call, special: SpecialCall, exprs: readonly Expr[], scope: Scope): Ir | null => {
	if (exprs.length !== special.arity) {
		const count = special.arity === 1 ? 'one argument' : 'no argument';
		scope.problems.error(
			exprs.length < special.arity ? 'CIQ503' : 'CIQ504',
			call,
			`\`${call.callee.text}\` takes ${count}`,
		);
		return null;
	}
	const args = exprs.map((expr) => checkExpr(expr, scope)).filter((ir) => ir !== null);
	return args.length === exprs.length ? special.check(args, call, scope) : null;
};

const checkAggregate = (call: Call, scope: Scope): Ir | null => {
	if (scope.aggregate !== null) return scope.aggregate(call);
	scope.problems.error('CIQ510', call, `\`${call.callee.text}\` is an aggregate: it needs many rows`, {
		label: 'it can stand in `stat`',
	});
	return null;
};

/** The arguments, where neither names nor `where` may stand among them. */
const plainArguments = (call: Call, scope: Scope): readonly Expr[] | null => {
	if (call.where !== null) {
		scope.problems.error('CIQ502', call.where, '`where` in parentheses goes with aggregates only', {
			label: 'write `if(condition, value)`',
		});
		return null;
	}
	const named = call.args.find((arg) => arg.name !== null);
	if (named === undefined) return call.args.map((arg) => arg.value);
	scope.problems.error('CIQ502', named, `\`${call.callee.text}\` takes its arguments by position`);
	return null;
};

const checkScalar = (call: Call, fn: ScalarFunction, exprs: readonly Expr[], scope: Scope): Ir | null => {
	const { parameters } = fn;
	const required = parameters.filter((parameter) => parameter.optional !== true).length;
	const rest = parameters.at(-1)?.rest === true;
	if (exprs.length < required || (!rest && exprs.length > parameters.length)) {
		const code = exprs.length < required ? 'CIQ503' : 'CIQ504';
		scope.problems.error(
			code,
			call,
			`\`${fn.name}\` got ${exprs.length === 1 ? '1 argument' : `${exprs.length} arguments`}`,
			{
				label: `write \`${usageOf(fn)}\``,
			},
		);
		return null;
	}
	const args = exprs.map((expr, at) => checkArgument(expr, parameters[at] ?? parameters.at(-1), fn, scope));
	const known = args.filter((arg) => arg !== null);
	if (known.length < args.length) return null;
	const checked = withAlternatives(fn, known, scope);
	if (checked === null) return null;
	const type = typeof fn.result === 'function' ? fn.result(checked.map((arg) => arg.type)) : fn.result;
	const refused = fn.refuse?.(checked.map((arg) => (arg.kind === 'constant' ? arg.value : undefined))) ?? null;
	if (refused !== null) {
		scope.problems.error('CIQ405', call, refused, { label: `such as \`${fn.example}\`` });
		return null;
	}
	return { kind: 'apply', type, node: call, fn, args: checked };
};

/** Those that may be the result must go together. */
const withAlternatives = (fn: ScalarFunction, args: readonly Ir[], { problems }: Scope): readonly Ir[] | null => {
	const places = fn.alternatives?.(args.length) ?? [];
	const fitting = checkAlternatives(
		places.map((at) => args[at]!),
		problems,
	);
	return fitting && args.map((arg, at) => fitting[places.indexOf(at)] ?? arg);
};

const checkArgument = (
	expr: Expr,
	parameter: FunctionParameter | undefined,
	{ example }: ScalarFunction,
	scope: Scope,
): Ir | null => {
	const ir = checkExpr(expr, scope);
	if (ir === null || parameter === undefined) return ir;
	const [type] = parameter.types;
	if (type === undefined || isOpen(ir.type) || parameter.types.includes(nameOf(ir.type))) return ir;
	const adapted = parameter.types.length === 1 ? adapt(ir, type, scope.problems) : ir;
	if (adapted === null || adapted.type === type) return adapted;
	// The example of what takes plain numbers divides by a unit.
	const hasUnit = parameter.types.includes('float') && isNumeric(ir.type);
	const label = hasUnit ? { label: `such as \`${example}\`` } : {};
	scope.problems.error('CIQ405', expr, unfitting(parameter.name, parameter.types, ir), label);
	return null;
};

/** A call of a `fn` stands for its body with the arguments in place of the parameters. */
const checkMacro = (call: Call, fn: Fn, scope: Scope): Ir | null => {
	const { problems } = scope;
	if (problems.isWithin(call, fn)) {
		problems.error('CIQ308', call, `\`${fn.name.text}\` is defined by itself`);
		return null;
	}
	if (!scope.replacements.take(call, problems)) return null;
	const { source } = problems.originOf(fn);
	const made = <N extends Node>(copy: N): N => {
		problems.setOrigin(copy, { source, call: { node: call, of: fn } });
		return copy;
	};
	const adopt = (expr: Expr): Expr => mapExpr(expr, { expr: () => null, made });
	const args = plainArguments(call, scope);
	const values = args && bindArguments(call, fn.params, args, adopt, scope);
	if (values === null) return null;
	const body = mapExpr(fn.body, {
		expr: (expr) => (expr.kind === 'name' ? (values.get(expr.name.text) ?? null) : null),
		made,
	});
	return checkExpr(body, scope);
};

/** What the parameters stand for; `adopt` makes a default part of the definition. */
const bindArguments = (
	call: Call,
	params: readonly Parameter[],
	args: readonly Expr[],
	adopt: (expr: Expr) => Expr,
	scope: Scope,
): ReadonlyMap<string, Expr> | null => {
	const values = new Map<string, Expr>();
	const usage = `${call.callee.text}(${params.map((param) => param.name.text).join(', ')})`;
	if (args.length > params.length) {
		scope.problems.error('CIQ504', call, `\`${call.callee.text}\` got ${args.length} arguments`, {
			label: `write \`${usage}\``,
		});
		return null;
	}
	for (const [at, param] of params.entries()) {
		const value = args[at] ?? (param.value && adopt(param.value));
		if (value === null) {
			scope.problems.error('CIQ503', call, `\`${param.name.text}\` is missing`, { label: `write \`${usage}\`` });
			return null;
		}
		values.set(param.name.text, value);
	}
	return values;
};
