import type { Diagnostic } from './diagnostic.ts';
import { type Position, positionOf } from './snippet.ts';
import type { SourceText, Span } from './span.ts';

interface JsonPlace {
	readonly source: string;
	readonly start: Position & { readonly offset: number };
	readonly end: Position & { readonly offset: number };
}

export interface JsonDiagnostic {
	readonly code: string;
	readonly severity: string;
	readonly message: string;
	readonly place: JsonPlace | null;
	readonly label: string | null;
	readonly labels: readonly (JsonPlace & { readonly text: string })[];
	readonly notes: readonly string[];
	readonly incomplete: boolean;
}

const placeOf = (source: SourceText, { start, end }: Span): JsonPlace => ({
	source: source.name,
	start: { ...positionOf(source, start), offset: start },
	end: { ...positionOf(source, end), offset: end },
});

/** A diagnostic for programs: lines and columns from 1, offsets from 0 in UTF-16 units. */
export const diagnosticToJson = (diagnostic: Diagnostic): JsonDiagnostic => ({
	code: diagnostic.code,
	severity: diagnostic.severity,
	message: diagnostic.message,
	place: diagnostic.source && diagnostic.span ? placeOf(diagnostic.source, diagnostic.span) : null,
	label: diagnostic.label ?? null,
	labels: (diagnostic.labels ?? []).map(({ source, span, text }) => ({ ...placeOf(source, span), text })),
	notes: diagnostic.notes ?? [],
	incomplete: diagnostic.incomplete ?? false,
});
