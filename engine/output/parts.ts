import type { Sink } from './sink.ts';

/** Rows of a part. */
const PART_ROWS = 1024;

/**
 * Characters after which a sink writes what it has of a batch: bodies make a row megabytes long, and V8 has no text of more
 * than 512 MiB.
 */
export const FULL_TEXT = 1 << 24;

/** A sink that is given the rows of a stream in parts: `sort` has up to a million at once. */
export const inParts = (sink: Sink): Sink => ({
	take: (signal) => {
		if (signal.kind !== 'rows' || signal.rows.length <= PART_ROWS) {
			sink.take(signal);
			return;
		}
		for (let at = 0; at < signal.rows.length; at += PART_ROWS)
			sink.take({ kind: 'rows', rows: signal.rows.slice(at, at + PART_ROWS) });
	},
	end: () => sink.end(),
});
