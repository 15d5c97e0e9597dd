/** A half-open range of UTF-16 offsets in one source text. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

/** A text that is parsed: `name` is what diagnostics call it (`-e`, `slow.ciq`, `<stdin>`). */
export interface SourceText {
	readonly name: string;
	readonly text: string;
}

/** The smallest span that covers both. */
export const cover = (a: Span, b: Span): Span => ({
	start: Math.min(a.start, b.start),
	end: Math.max(a.end, b.end),
});
