/** The part of the package that the tests use; it brings no types. */
declare module 'har-validator' {
	/** Rejects with what the published JSON schemas of HAR 1.2 say against a document. */
	export function har(document: unknown): Promise<unknown>;
}
