import { listOf, recordOf, type Type } from '../../exchange/type.ts';
import type { FunctionParameter } from '../functions/function.ts';
import type { Aggregate, ConstantParameter } from './aggregate.ts';
import { Cardinality } from './cardinality.ts';
import { Collection, MAX_LIST } from './collection.ts';
import { Distribution } from './distribution.ts';
import { atLargest, atSmallest, first, largest, last, smallest } from './extremes.ts';
import { Frequent } from './frequent.ts';
import { Histogram } from './histogram.ts';
import { Count, Mean, StandardDeviation, Sum } from './moments.ts';
import { Rate, Span } from './rate.ts';

const NUMBER: FunctionParameter = { name: 'x', types: ['int', 'float', 'duration', 'size'] };
const ORDERED: FunctionParameter = { name: 'x', types: ['int', 'float', 'duration', 'size', 'time', 'string'] };
const ANY: FunctionParameter = { name: 'x', types: [] };

const same = ([type = 'any']: readonly Type[]): Type => type;
/** Of whole numbers the mean, or what lies between two of them, is none. */
const fractional = ([type = 'any']: readonly Type[]): Type => (type === 'int' ? 'float' : type);

const distribution = (): Distribution => new Distribution();

const quantile = (name: string, q: number, doc: string): Aggregate => ({
	name,
	doc,
	example: `${name}(latency)`,
	parameters: [NUMBER],
	result: fractional,
	rollup: { op: 'quantile' },
	accumulator: distribution,
	parameter: q,
});

const COUNT: ConstantParameter = {
	isValid: (value) => Number.isInteger(value) && value > 0 && value <= MAX_LIST,
	words: `a count is a whole number from 1 to ${MAX_LIST}`,
	example: '10',
	fallback: 10,
};

const LIST: readonly Aggregate[] = [
	{
		name: 'count',
		doc: 'Number of rows; with an argument, of those that have it',
		example: 'count(where failed)',
		parameters: [{ ...ANY, optional: true }],
		result: () => 'int',
		rollup: { op: 'valid', empty: 0 },
		accumulator: () => new Count(),
		column: 'count',
	},
	{
		name: 'sum',
		doc: 'Sum; 0 of nothing',
		example: 'sum(resp_size)',
		parameters: [NUMBER],
		result: same,
		rollup: { op: 'sum', empty: 0 },
		accumulator: () => new Sum(),
	},
	{
		name: 'avg',
		doc: 'Arithmetic mean',
		example: 'avg(latency)',
		parameters: [NUMBER],
		result: fractional,
		rollup: { op: 'mean' },
		accumulator: () => new Mean(),
	},
	{
		name: 'stdev',
		doc: 'Standard deviation of a sample',
		example: 'stdev(latency)',
		parameters: [NUMBER],
		result: fractional,
		rollup: { op: 'stdev' },
		accumulator: () => new StandardDeviation(),
	},
	{
		name: 'min',
		doc: 'Smallest value',
		example: 'min(latency)',
		parameters: [ORDERED],
		result: same,
		rollup: { op: 'min' },
		accumulator: smallest,
	},
	{
		name: 'max',
		doc: 'Largest value',
		example: 'max(latency where status < 500)',
		parameters: [ORDERED],
		result: same,
		rollup: { op: 'max' },
		accumulator: largest,
	},
	quantile('p50', 0.5, 'The 50th percentile, which is the median'),
	quantile('p90', 0.9, 'The 90th percentile: on the line between the two values next to it'),
	quantile('p95', 0.95, 'The 95th percentile: on the line between the two values next to it'),
	quantile('p99', 0.99, 'The 99th percentile: on the line between the two values next to it'),
	quantile('median', 0.5, 'The value in the middle, or half way between the two there'),
	{
		name: 'quantile',
		doc: 'The value with the fraction q of all below it, on the line between the two next to it: quantile(latency, 0.999)',
		example: 'quantile(latency, 0.999)',
		parameters: [NUMBER, { name: 'q', types: ['float', 'int'] }],
		result: fractional,
		rollup: { op: 'quantile' },
		accumulator: distribution,
		constant: {
			isValid: (value) => value >= 0 && value <= 1,
			words: 'a quantile is a fraction from 0 to 1',
			example: '0.99, or 99%',
		},
	},
	{
		name: 'dcount',
		doc: 'Number of different values: exact up to 1024, beyond that with a standard error of 1.6%',
		example: 'dcount(client_ip)',
		parameters: [ANY],
		result: () => 'int',
		accumulator: () => new Cardinality(),
	},
	{
		name: 'top_k',
		doc: 'The k most frequent values with their counts: exact up to 2000 different values, beyond that too high by 0.1% of the rows at most: top_k(path, 3)',
		example: 'top_k(path, 3)',
		parameters: [ANY, { name: 'k', types: ['int'], optional: true }],
		result: ([type = 'any']) =>
			listOf(
				recordOf([
					['value', type],
					['count', 'int'],
				]),
			),
		accumulator: () => new Frequent(),
		constant: COUNT,
	},
	{
		name: 'list',
		doc: 'The first n values as a list: list(path, 5)',
		example: 'list(status, 5)',
		parameters: [ANY, { name: 'n', types: ['int'], optional: true }],
		result: ([type = 'any']) => listOf(type),
		accumulator: () => new Collection(),
		constant: COUNT,
	},
	{
		name: 'hist',
		doc: 'Counts by ranges of 1, 2, 5, 10 …: a list of {from, to, count}',
		example: 'hist(latency)',
		parameters: [NUMBER],
		result: ([type = 'any']) =>
			listOf(
				recordOf([
					['from', type],
					['to', type],
					['count', 'int'],
				]),
			),
		accumulator: () => new Histogram(),
	},
	{
		name: 'rate',
		doc: 'Rows per second, or with an argument its sum per second: of a window of time, else from the first row to the last, of whatever group; null where both are at one moment',
		example: 'rate()',
		parameters: [{ ...NUMBER, optional: true }],
		result: ([type]) => (type === 'duration' ? type : 'float'),
		accumulator: () => new Rate(),
		timed: true,
	},
	{
		name: 'span',
		doc: 'From the smallest to the largest value: span(ts) is the time from the first row to the last',
		example: 'span(ts)',
		parameters: [{ ...NUMBER, types: [...NUMBER.types, 'time'] }],
		result: ([type = 'any']) => (type === 'time' ? 'duration' : type),
		accumulator: () => new Span(),
	},
	{
		name: 'arg_max',
		doc: 'The second argument where the first is largest: arg_max(latency, this)',
		example: 'worst = arg_max(latency, this)',
		parameters: [ORDERED, { ...ANY, name: 'value' }],
		result: ([, type = 'any']) => type,
		accumulator: atLargest,
	},
	{
		name: 'arg_min',
		doc: 'The second argument where the first is smallest',
		example: 'best = arg_min(latency, path)',
		parameters: [ORDERED, { ...ANY, name: 'value' }],
		result: ([, type = 'any']) => type,
		accumulator: atSmallest,
	},
	{ name: 'any', doc: 'One of the values', example: 'any(host)', parameters: [ANY], result: same, accumulator: first },
	{
		name: 'first',
		doc: 'The first value',
		example: 'first(status)',
		parameters: [ANY],
		result: same,
		accumulator: first,
	},
	{ name: 'last', doc: 'The last value', example: 'last(status)', parameters: [ANY], result: same, accumulator: last },
];

/** The aggregates, by name. */
export const AGGREGATES: ReadonlyMap<string, Aggregate> = new Map(LIST.map((aggregate) => [aggregate.name, aggregate]));
