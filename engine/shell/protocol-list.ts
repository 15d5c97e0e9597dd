import { PROTOCOLS } from '../protocols/registry.ts';

/** What `watch --list` prints: a line for each protocol, its name in queries and the one in the JSON document. */
export const protocolList = (): string => {
	const width = Math.max(...PROTOCOLS.map(({ name }) => name.length));
	return PROTOCOLS.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
};
