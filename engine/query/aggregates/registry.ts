import type { TypeName } from '../../exchange/field.ts';
import type { FunctionParameter } from '../functions/function.ts';
import type { Aggregate } from './aggregate.ts';
import { Distribution } from './distribution.ts';
import { atLargest, atSmallest, first, largest, last, smallest } from './extremes.ts';
import { Count, Mean, StandardDeviation, Sum } from './moments.ts';

const NUMBER: FunctionParameter = { name: 'x', types: ['int', 'float', 'duration', 'size'] };
const ORDERED: FunctionParameter = { name: 'x', types: ['int', 'float', 'duration', 'size', 'time', 'string'] };
const ANY: FunctionParameter = { name: 'x', types: [] };

const same = ([type = 'any']: readonly TypeName[]): TypeName => type;
/** Of whole numbers the mean, or what lies between two of them, is none. */
const fractional = ([type = 'any']: readonly TypeName[]): TypeName => (type === 'int' ? 'float' : type);

const distribution = (): Distribution => new Distribution();

const quantile = (name: string, q: number, doc: string): Aggregate => ({
	name,
	doc,
	parameters: [NUMBER],
	result: fractional,
	rollup: { op: 'quantile' },
	accumulator: distribution,
	quantile: q,
});

const LIST: readonly Aggregate[] = [
	{
		name: 'count',
		doc: 'Number of rows; with an argument, of those that have it',
		parameters: [{ ...ANY, optional: true }],
		result: () => 'int',
		rollup: { op: 'valid', empty: 0 },
		accumulator: () => new Count(),
		column: 'count',
	},
	{
		name: 'sum',
		doc: 'Sum; 0 of nothing',
		parameters: [NUMBER],
		result: same,
		rollup: { op: 'sum', empty: 0 },
		accumulator: () => new Sum(),
	},
	{
		name: 'avg',
		doc: 'Arithmetic mean',
		parameters: [NUMBER],
		result: fractional,
		rollup: { op: 'mean' },
		accumulator: () => new Mean(),
	},
	{
		name: 'stdev',
		doc: 'Standard deviation of a sample',
		parameters: [NUMBER],
		result: fractional,
		rollup: { op: 'stdev' },
		accumulator: () => new StandardDeviation(),
	},
	{
		name: 'min',
		doc: 'Smallest value',
		parameters: [ORDERED],
		result: same,
		rollup: { op: 'min' },
		accumulator: smallest,
	},
	{
		name: 'max',
		doc: 'Largest value',
		parameters: [ORDERED],
		result: same,
		rollup: { op: 'max' },
		accumulator: largest,
	},
	quantile('p50', 0.5, 'Half of the values are not above it'),
	quantile('p90', 0.9, '90% of the values are not above it'),
	quantile('p95', 0.95, '95% of the values are not above it'),
	quantile('p99', 0.99, '99% of the values are not above it'),
	quantile('median', 0.5, 'The value in the middle'),
	{
		name: 'quantile',
		doc: 'The value that the fraction q of all values is not above: quantile(latency, 0.999)',
		parameters: [NUMBER, { name: 'q', types: ['float', 'int'] }],
		result: fractional,
		rollup: { op: 'quantile' },
		accumulator: distribution,
	},
	{
		name: 'arg_max',
		doc: 'The second argument where the first is largest: arg_max(latency, this)',
		parameters: [ORDERED, { ...ANY, name: 'value' }],
		result: ([, type = 'any']) => type,
		accumulator: atLargest,
	},
	{
		name: 'arg_min',
		doc: 'The second argument where the first is smallest',
		parameters: [ORDERED, { ...ANY, name: 'value' }],
		result: ([, type = 'any']) => type,
		accumulator: atSmallest,
	},
	{ name: 'any', doc: 'One of the values', parameters: [ANY], result: same, accumulator: first },
	{ name: 'first', doc: 'The first value', parameters: [ANY], result: same, accumulator: first },
	{ name: 'last', doc: 'The last value', parameters: [ANY], result: same, accumulator: last },
];

/** The aggregates, by name. */
export const AGGREGATES: ReadonlyMap<string, Aggregate> = new Map(LIST.map((aggregate) => [aggregate.name, aggregate]));
