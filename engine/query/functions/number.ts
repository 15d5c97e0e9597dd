import type { Value } from '../../exchange/field.ts';
import type { Type, TypeName } from '../../exchange/type.ts';
import type { WallClock } from '../../exchange/wall-clock.ts';
import { bucketOf } from '../aggregates/histogram.ts';
import type { FunctionParameter, ScalarFunction } from './function.ts';

const NUMBERS: readonly TypeName[] = ['int', 'float', 'duration', 'size'];
const X: FunctionParameter = { name: 'x', types: NUMBERS };
/** Of a duration whole ones would be ns, which nobody sees. */
const ROUNDED: FunctionParameter = { name: 'x', types: ['int', 'float', 'size'] };

const sameType = ([type = 'any']: readonly Type[]): Type => type;

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A function of one number that keeps its unit. */
const unary = (
	name: string,
	doc: string,
	parameter: FunctionParameter,
	compute: (x: number) => number,
): ScalarFunction => ({
	name,
	doc,
	example: `${name}(latency / 1ms)`,
	parameters: [parameter],
	result: sameType,
	apply: ([x]) => (typeof x === 'number' ? compute(x) : null),
});

const roundTo = (x: Value | undefined, digits: Value | undefined): Value => {
	if (typeof x !== 'number') return null;
	const factor = 10 ** (typeof digits === 'number' ? digits : 0);
	return finite(Math.round(x * factor) / factor);
};

/** Of decimals, as people write them: 15 digits are what a double keeps of any. */
const decimal = (x: number): number => Number(x.toPrecision(15));

/** Of 0.1 there is no double: 0.3 / 0.1 is less than 3, and three times 0.1 more than 0.3. */
const binOf = (x: number, step: number): number => {
	const below = Math.floor(x / step);
	if (Number.isInteger(step)) return below * step;
	const nearest = decimal(Math.round(x / step) * step);
	return nearest === x ? x : decimal(below * step);
};

/** Both in ns: a time of the capture, and a step of whole ns. */
const binOfTime = (time: number, step: number, clock: WallClock): number => {
	const whole = Math.max(1, Math.round(step));
	const offset = Number(clock.epochNs(0) % BigInt(whole));
	return binOf(time + offset, whole) - offset;
};

export const NUMBER_FUNCTIONS: readonly ScalarFunction[] = [
	unary('abs', 'The value without its sign', X, Math.abs),
	unary('floor', 'The next whole number below', ROUNDED, Math.floor),
	unary('ceil', 'The next whole number above', ROUNDED, Math.ceil),
	{
		name: 'round',
		doc: 'The nearest number with so many decimals (0), of two that are as near the larger',
		example: 'round(latency / 1ms, 1)',
		parameters: [ROUNDED, { name: 'digits', types: ['int'], optional: true }],
		result: sameType,
		apply: ([x, digits]) => roundTo(x, digits),
	},
	{
		name: 'log',
		doc: 'The natural logarithm',
		example: 'log(resp_size / 1KB)',
		parameters: [{ name: 'x', types: ['int', 'float'] }],
		result: 'float',
		apply: ([x]) => (typeof x === 'number' && x > 0 ? Math.log(x) : null),
	},
	{
		name: 'bucket',
		doc: 'The start of the range of the series 1, 2, 5, 10 … that the value falls into',
		example: 'bucket(latency)',
		parameters: [X],
		result: sameType,
		apply: ([x]) => (typeof x === 'number' && Number.isFinite(x) ? bucketOf(x).from : null),
	},
	{
		name: 'bin',
		doc: 'The start of the step that the value falls into; of times steps count from the epoch, as windows do',
		example: 'bin(latency, 100ms)',
		parameters: [
			{ name: 'x', types: [...NUMBERS, 'time'] },
			{ name: 'step', types: NUMBERS },
		],
		result: sameType,
		refuse: ([, step]) => (typeof step === 'number' && step <= 0 ? 'a step is above 0' : null),
		applyTo: ([type], clock) => {
			const startOf = type === 'time' ? (x: number, step: number) => binOfTime(x, step, clock()) : binOf;
			return ([x, step]) => (typeof x === 'number' && typeof step === 'number' && step > 0 ? startOf(x, step) : null);
		},
	},
];
