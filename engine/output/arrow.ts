import {
	Type as ArrowType,
	bool,
	columnFromArray,
	type DataType,
	duration,
	float64,
	int64,
	TimeUnit,
	tableFromColumns,
	tableToIPC,
	timestamp,
	utf8,
} from '@uwdata/flechette';
import type { Value } from '../exchange/field.ts';
import { nameOf, type Type, type TypeName } from '../exchange/type.ts';
import { wallClock } from '../exchange/wall-clock.ts';
import type { Column, Row } from '../query/signal.ts';
import { jsonValue } from './json-value.ts';
import { OutputFailed } from './printer.ts';
import { finalRows } from './rows.ts';
import type { MakeSink } from './sink.ts';

/** Rows of a record batch: enough for columns to pay, little enough to hold. */
const BATCH_ROWS = 16_384;

const INT64_BITS = 64;

/** Null where 64 bits do not hold it: Arrow's encoder would leave out the bits above, and give another number. */
const fitting = (value: bigint): bigint | null => (BigInt.asIntN(INT64_BITS, value) === value ? value : null);

/** Sizes can be averages; what has no type of its own is JSON. */
const TYPES: Partial<Record<TypeName, () => DataType>> = {
	bool,
	int: int64,
	float: float64,
	size: float64,
	duration: () => duration(TimeUnit.NANOSECOND),
	time: () => timestamp(TimeUnit.MILLISECOND, 'UTC'),
};

/**
 * A column of values as Arrow. flechette takes times only as numbers of ms, which are not exact to the ns; integers it
 * takes as ms, whatever they mean, and then they are called what they are.
 */
function columnOf(values: readonly unknown[], type: DataType): ReturnType<typeof columnFromArray> {
	const column = columnFromArray([...values], type);
	if (type.typeId === ArrowType.Timestamp) Object.assign(type, { unit: TimeUnit.NANOSECOND });
	return column;
}

/** End of stream: a continuation marker and no length. */
const END = Uint8Array.from([255, 255, 255, 255, 0, 0, 0, 0]);

/** Bytes of the schema message that begins a stream: marker, length of what follows. It has no body. */
const schemaBytes = (stream: Uint8Array): number =>
	8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);

/**
 * An Arrow IPC stream: one schema, and a record batch for every so many rows. Strings are not dictionary-encoded, for
 * dictionaries of later batches would have to be joined.
 */
export const arrowSink: MakeSink = ({ printer, schema: { columns }, info, completeness }) => {
	const { printBytes } = printer;
	if (printBytes === undefined)
		throw new OutputFailed('Arrow is binary: write it to a file, `to arrow "x.arrows"`, or into a pipe');
	const clock = wallClock(info);
	/** Of a value there is; null is then a loss. */
	const wholeOf = (value: Value, type: Type): bigint | null => {
		const isNumber = typeof value === 'number' && Number.isFinite(value);
		const whole = isNumber ? fitting(type === 'time' ? clock.epochNs(value) : BigInt(Math.round(value))) : null;
		if (whole === null && completeness !== undefined) completeness.failedConversions++;
		return whole;
	};
	const cellOf = ({ type, get }: Column, row: Row): unknown => {
		const value = get(row);
		if (value === null) return null;
		if (type === 'int' || type === 'duration' || type === 'time') {
			return wholeOf(value, type);
		}
		if (typeof value === 'object' || !(nameOf(type) in TYPES)) {
			const json = jsonValue(value, type, clock);
			return typeof json === 'string' ? json : JSON.stringify(json);
		}
		return value;
	};
	const encode = (rows: readonly Row[]): Uint8Array => {
		const arrays = columns.map((column): [string, ReturnType<typeof columnOf>] => [
			column.name,
			columnOf(
				rows.map((row) => cellOf(column, row)),
				(TYPES[nameOf(column.type)] ?? utf8)(),
			),
		]);
		const bytes = tableToIPC(tableFromColumns(arrays), { format: 'stream' });
		if (bytes === null) throw new OutputFailed('the rows cannot be written as Arrow');
		return bytes;
	};
	let waiting: Row[] = [];
	let begun = false;
	const flush = (): void => {
		const stream = encode(waiting);
		waiting = [];
		printBytes(stream.subarray(begun ? schemaBytes(stream) : 0, stream.length - END.length));
		begun = true;
	};
	return {
		take: (signal) => {
			for (const row of finalRows(signal)) {
				waiting.push(row);
				if (waiting.length === BATCH_ROWS) flush();
			}
		},
		end: () => {
			if (waiting.length > 0 || !begun) flush();
			printBytes(END);
		},
	};
};
