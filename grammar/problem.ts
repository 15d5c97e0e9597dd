import type { SyntaxCode } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { SourceText, Span } from './span.ts';

/** A diagnostic before it knows its text: what the passes of the grammar report. */
export interface Problem {
	readonly code: SyntaxCode;
	readonly message: string;
	readonly span: Span;
	readonly label?: string;
	/** A second place in the same text. */
	readonly also?: { readonly span: Span; readonly text: string };
	readonly notes?: readonly string[];
	readonly incomplete?: boolean;
}

/** A message repeats at most this much of the text: a token may be a string of a thousand lines. */
export const MAX_REPEATED = 60;

/** A piece of the text, or a proposal for it, as it stands in a message. */
export const code = (text: string): string =>
	`\`${text.length > MAX_REPEATED ? `${text.slice(0, MAX_REPEATED)}…` : text}\``;

export type Report = (problem: Problem) => void;

export const toDiagnostic = (source: SourceText, { also, ...problem }: Problem): Diagnostic => ({
	...problem,
	severity: 'error',
	source,
	...(also && { labels: [{ source, ...also }] }),
});
