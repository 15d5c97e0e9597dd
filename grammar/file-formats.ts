/** What files are called, and the format that goes into them. */
const FILES: ReadonlyMap<string, string> = new Map([
	...['json', 'csv', 'tsv', 'md', 'har', 'pcapng'].map((name) => [name, name] as const),
	['ndjson', 'json'],
	['jsonl', 'json'],
	['txt', 'table'],
	['log', 'table'],
	['pcap', 'pcapng'],
]);

/** The format that the name of a file suggests; null where it suggests none. */
export const formatOfFile = (name: string): string | null => FILES.get(/\.(\w+)$/.exec(name)?.[1] ?? '') ?? null;
