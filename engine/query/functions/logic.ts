import type { Type } from '../../exchange/type.ts';
import { unify } from '../expression/types.ts';
import type { ScalarFunction } from './function.ts';

const ANY = { types: [] } as const;

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

/** Each behind its condition, and the default. */
const ofCase = (count: number): readonly number[] => upTo(count).filter((at) => at % 2 === 1 || at === count - 1);

export const LOGIC_FUNCTIONS: readonly ScalarFunction[] = [
	{
		name: 'if',
		doc: 'One value when the condition holds, another when it does not or is unknown',
		example: 'if(latency > 1s, "slow", "fast")',
		parameters: [
			{ name: 'condition', types: ['bool'] },
			{ name: 'then', ...ANY },
			{ name: 'else', ...ANY, optional: true },
		],
		result: ([, then = 'null', otherwise = 'null']) => unify(then, otherwise),
		alternatives: (count) => upTo(count).slice(1),
		total: true,
		apply: ([condition, then = null, otherwise = null]) => (condition === true ? then : otherwise),
	},
	{
		name: 'case',
		doc: 'The value behind the first condition that holds; a last argument alone is the default',
		example: 'case(status >= 500, "bad", status >= 400, "refused", "good")',
		parameters: [
			{ name: 'condition', types: ['bool'] },
			{ name: 'value', ...ANY },
			{ name: 'more', ...ANY, optional: true, rest: true },
		],
		result: (args) => ofCase(args.length).reduce<Type>((type, at) => unify(type, args[at] ?? 'null'), 'null'),
		alternatives: ofCase,
		total: true,
		apply: (args) => {
			for (let at = 0; at + 1 < args.length; at += 2) if (args[at] === true) return args[at + 1]!;
			return args.length % 2 === 1 ? args.at(-1)! : null;
		},
	},
	{
		name: 'coalesce',
		doc: 'The first argument that is not null',
		example: 'coalesce(user_agent, host, "nobody")',
		parameters: [{ name: 'value', ...ANY, rest: true }],
		result: (args) => args.reduce(unify, 'null'),
		alternatives: upTo,
		total: true,
		apply: (args) => args.find((value) => value !== null) ?? null,
	},
];
