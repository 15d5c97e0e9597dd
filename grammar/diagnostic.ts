import type { SourceText, Span } from './span.ts';

/** A part of a text that a diagnostic points at, with words of its own. */
export interface Label {
	readonly source: SourceText;
	readonly span: Span;
	readonly text: string;
}

/**
 * What is wrong, where, and the mend: a value until the door prints it.
 * Codes: CIQ1xx lexical, 2xx syntax, 3xx names, 4xx types, 5xx operators, 6xx run time.
 */
export interface Diagnostic {
	readonly code: `CIQ${number}`;
	readonly severity: 'error' | 'warning';
	readonly message: string;
	/** Where; absent for errors of no place in a text (a file that cannot be read). */
	readonly source?: SourceText;
	readonly span?: Span;
	/** Words printed behind the carets, usually the mend: "did you mean `path`?" */
	readonly label?: string;
	/** Further places, such as the definition of an `op` that an error arose in. */
	readonly labels?: readonly Label[];
	readonly notes?: readonly string[];
	/** The text ended too early: the shell continues the line instead of printing. */
	readonly incomplete?: boolean;
}
