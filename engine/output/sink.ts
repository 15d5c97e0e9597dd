import type { CaptureInfo } from '../capture/source.ts';
import type { Completeness } from '../completeness.ts';
import type { Schema, Signal } from '../query/signal.ts';
import type { Printer } from './printer.ts';

/** Where the records and tables of one pipeline are written, in one format. */
export interface Sink {
	/** Writes what is known now: one write for each batch. */
	take(signal: Signal): void;
	/** The pipeline has ended: writes what was held back. */
	end(): void;
}

export interface SinkContext {
	readonly printer: Printer;
	readonly schema: Schema;
	readonly info: Pick<CaptureInfo, 'startWall'>;
	/** `--max-print-bytes`: of each message, where messages are printed for reading; absent: MAX_PRINT_BYTES. */
	readonly maxPrintBytes?: number | null;
	/** Where a sink counts what its format does not hold. */
	readonly completeness?: Pick<Completeness, 'failedConversions' | 'unaddressed'>;
}

/** A screen of text: more of a message is asked for. */
export const MAX_PRINT_BYTES = 1024;

export type MakeSink = (context: SinkContext) => Sink;

/** An entry of the registry of formats. Its code is loaded when it is used. */
export interface Format {
	readonly name: string;
	readonly aliases: readonly string[];
	/** One line. */
	readonly doc: string;
	/** Of names of files, without the dot. */
	readonly endings: readonly string[];
	/** It is printed in one piece, at the end: a reader of a file, such as a collector of metrics, never finds a part of it. */
	readonly whole?: true;
	readonly load: () => Promise<MakeSink>;
}
