import type { Row, Signal } from '../query/signal.ts';

const NONE: readonly Row[] = [];

/** The rows that a signal brings for good: none for a tick of time or for a table that will be shown again. */
export const finalRows = (signal: Signal): readonly Row[] =>
	signal.kind === 'rows' || (signal.kind === 'table' && signal.final) ? signal.rows : NONE;
