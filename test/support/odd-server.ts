import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

const CODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
	gzip: gzipSync,
	deflate: deflateSync,
	br: brotliCompressSync,
	zstd: zstdCompressSync,
};

/** What /coded/CODING says. */
export const TEXT = 'say it again '.repeat(500);

export interface OddServer {
	readonly port: number;
	stop(): void;
}

/** A server that answers in every way that has a path of its own. */
export const startOddServer = async (): Promise<OddServer> => {
	const server: Server = createServer((request, response) => {
		const { url = '' } = request;
		const coding = url.split('/coded/')[1];
		if (coding !== undefined) response.writeHead(200, { 'content-encoding': coding }).end(CODINGS[coding]?.(TEXT));
		else if (url === '/hints') response.writeEarlyHints({ link: '</x>; rel=preload' }, () => response.end('x'));
		else if (url === '/not-modified') response.writeHead(304, { etag: '"1"' }).end();
		else if (url === '/empty') response.writeHead(204).end();
		else if (url === '/reset') request.socket.resetAndDestroy();
		else if (url === '/half') {
			response.writeHead(200, { 'content-length': 100 }).write('half', () => request.socket.destroySoon());
		} else if (url === '/events') {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			for (let n = 0; n < 5; n++) response.write(`data: ${n}\n\n`);
			response.end();
		} else if (url === '/trailers') {
			response.writeHead(200, { trailer: 'x-sum' }).write('a'.repeat(100_000));
			response.addTrailers({ 'x-sum': '1' });
			response.end();
		} else request.resume().on('end', () => response.end(`thanks for ${request.headers['content-length']}`));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		stop: () => {
			server.closeAllConnections();
			server.close();
		},
	};
};
