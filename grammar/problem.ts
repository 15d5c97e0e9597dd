import type { Diagnostic } from './diagnostic.ts';
import type { SourceText, Span } from './span.ts';

/** A diagnostic before it knows its text: what the passes of the grammar report. */
export interface Problem {
	readonly code: Diagnostic['code'];
	readonly message: string;
	readonly span: Span;
	readonly label?: string;
	/** A second place in the same text. */
	readonly also?: { readonly span: Span; readonly text: string };
	readonly notes?: readonly string[];
	readonly incomplete?: boolean;
}

export type Report = (problem: Problem) => void;

export const toDiagnostic = (source: SourceText, { also, ...problem }: Problem): Diagnostic => ({
	...problem,
	severity: 'error',
	source,
	...(also && { labels: [{ source, ...also }] }),
});
