import { protocolField } from '../exchange/catalog.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import { duration } from './units.ts';

/** Names of the columns that only the protocol has: for HTTP method, path and status. */
const OWN_COLUMNS: ReadonlyMap<string, readonly string[]> = new Map(
	PROTOCOLS.map(({ name, columns }) => [name, columns.filter((column) => protocolField(name, column) !== null)]),
);

/** A whole exchange in one cell: `GET /api/search 200 301.2ms`. May hold captured bytes. */
export function exchangeSummary(exchange: Exchange): string {
	const { protocol } = exchange;
	const words = (OWN_COLUMNS.get(protocol) ?? []).map((name) => protocolField(protocol, name)?.get(exchange) ?? '-');
	return [...words, duration(exchange.endTime - exchange.startTime)].join(' ');
}
