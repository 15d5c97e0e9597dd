/** The tree without places, parentheses, backquotes and how a number was written: what it means. */
export function meaning(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(meaning);
	if (typeof value !== 'object' || value === null) return value;
	if ('kind' in value && value.kind === 'group' && 'inner' in value) return meaning(value.inner);
	const isNumber = 'kind' in value && (value.kind === 'int' || value.kind === 'float');
	const ignored = ['span', 'source', 'quoted', ...(isNumber ? ['text'] : [])];
	const entries = Object.entries(value).filter(([key]) => !ignored.includes(key));
	return Object.fromEntries(entries.map(([key, child]) => [key, meaning(child)]));
}
