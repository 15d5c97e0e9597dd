/** Names that stand for the same, as entries of a map. */
export const synonyms = (meaning: string, names: readonly string[]): readonly (readonly [string, string])[] =>
	names.map((name) => [name, meaning]);
