import type { HttpMessage } from './http/message.ts';
import type { Direction, ParserHost, ProtocolParser } from './protocol.ts';
import { WebSocketParser } from './websocket/parser.ts';

/** What a connection becomes behind an answer of 101 (RFC 9110, 7.8). */
export interface Upgrade {
	readonly protocol: string;
	readonly open: (host: ParserHost, requests: Direction, request: HttpMessage, response: HttpMessage) => ProtocolParser;
}

/** By the token of the header field Upgrade, in lower case. */
export const UPGRADES: ReadonlyMap<string, Upgrade> = new Map([
	[
		'websocket',
		{
			protocol: 'websocket',
			open: (host, requests, request, response) => new WebSocketParser(host, requests, request, response),
		},
	],
]);
