// The shop: a web service on a free port of 127.0.0.1, which it tells its parent.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const ITEMS = Array.from({ length: 40 }, (_, id) => ({ id, name: `Teapot no. ${id}`, price: 1900 + 150 * id }));
const PAGE = '<!doctype html><title>Teapots</title><h1>Teapots</h1><p>Made by hand, one at a time.</p>\n';
const CATALOGUE = 'id;name;price\n'.padEnd(50_000, '17;Teapot no. 17;4450\n');

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;

function json(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const routes: Record<string, Handler> = {
	'GET /': (_, response) => void response.setHeader('content-type', 'text/html').end(PAGE),
	'GET /catalogue.csv': (_, response) => void response.setHeader('content-type', 'text/csv').end(CATALOGUE),
	'GET /api/items': (_, response) => json(response, 200, ITEMS),
	'GET /api/items/17': (_, response) => json(response, 200, ITEMS[17]),
	'GET /api/cart': (_, response) => json(response, 200, { items: [], total: 0 }),
	'POST /api/cart': async (request, response) => {
		const item = JSON.parse(Buffer.concat(await request.toArray()).toString());
		json(response, 201, { items: [item], total: item.count * 4450 });
	},
	'DELETE /api/cart': (_, response) => void response.writeHead(204).end(),
	// The slow endpoint: a query without an index.
	'GET /api/search': async (_, response, url) => {
		await sleep(300);
		json(response, 200, { query: url.searchParams.get('q'), items: ITEMS.slice(0, 3) });
	},
	// Written in pieces as they become known: chunked transfer coding.
	'GET /api/stock': async (_, response) => {
		response.setHeader('content-type', 'application/x-ndjson');
		for (const { id } of ITEMS.slice(0, 5)) {
			response.write(`${JSON.stringify({ id, stock: id % 7 })}\n`);
			await sleep(5);
		}
		response.end();
	},
	// The error endpoint: the bank does not answer.
	'POST /api/pay': async (request, response) => {
		await request.toArray();
		json(response, 500, { error: 'payment provider: connection refused' });
	},
};

process.title = 'shop';

const server = createServer(async (request, response) => {
	const url = new URL(request.url ?? '/', 'http://shop.example');
	const handler = routes[`${request.method} ${url.pathname}`];
	if (handler === undefined) return json(response, 404, { error: 'not found' });
	try {
		await handler(request, response, url);
	} catch (error) {
		json(response, 400, { error: String(error) });
	}
});

server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	// A parent that has been stopped meanwhile does not need it any more.
	if (typeof address === 'object') process.send?.(address?.port, undefined, undefined, () => {});
});
process.once('disconnect', () => process.exit(0));
