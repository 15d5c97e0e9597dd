// customers.ts PORT ADDRESS...: one customer of the shop at each address, who buys a teapot over and over.

import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

// Five customers who think this long between requests make about thirty requests a second.
const PAUSE_MS = 130;

const VISIT = [
	'GET /',
	'GET /api/items',
	'GET /api/items/17',
	'GET /api/stock',
	'GET /api/search?q=teapot',
	'POST /api/cart {"item":17,"count":2}',
	'GET /api/cart',
	'POST /api/pay {"card":"none","amount":8900}',
	'GET /api/account',
	'DELETE /api/cart',
	'GET /catalogue.csv',
];

const [port, ...addresses] = process.argv.slice(2);

/** Sends `METHOD TARGET BODY` and reads the response to its end. */
function send(step: string, localAddress: string, agent: Agent): Promise<void> {
	const [method, path, body] = step.split(' ');
	const headers = {
		host: 'shop.example',
		'user-agent': 'customer',
		...(body && { 'content-type': 'application/json' }),
	};
	return new Promise((resolve, reject) => {
		request({ host: '127.0.0.1', port, method, path, headers, localAddress, agent }, (response) =>
			response.once('end', resolve).once('error', reject).resume(),
		)
			.once('error', reject)
			.end(body);
	});
}

async function shop(localAddress: string): Promise<void> {
	for (;;) {
		// A visit is a connection.
		const agent = new Agent({ keepAlive: true });
		for (const step of VISIT) {
			await send(step, localAddress, agent);
			await sleep(PAUSE_MS);
		}
		agent.destroy();
	}
}

process.title = 'customers';
process.once('disconnect', () => process.exit(0));
for (const [index, address] of addresses.entries()) setTimeout(() => shop(address), index * PAUSE_MS);
