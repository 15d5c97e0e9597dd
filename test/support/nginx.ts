import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Running, start } from './tool.ts';

export interface Nginx {
	readonly port: number;
	/** The port of the slow service behind /api/wait/. */
	readonly backendPort: number;
	readonly root: string;
	/** Process ids. */
	readonly workers: readonly number[];
	/** Writes a file of `bytes` bytes that is served as /NAME. */
	file(name: string, bytes: number): void;
	stop(): Promise<void>;
}

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
	const server = createTcpServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** Answers /api/wait/MS after MS milliseconds. */
function slowService(): Promise<Server> {
	const server = createServer((request, response) => {
		const wait = Number(/\/wait\/(\d+)/.exec(request.url ?? '')?.[1] ?? 0);
		const timer = setTimeout(() => response.end(`waited ${wait}\n`), wait);
		response.once('close', () => clearTimeout(timer));
	});
	server.keepAliveTimeout = 60_000;
	return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** A real nginx on a port of its own: static files by sendfile, short answers, and a slow service behind a proxy. */
export async function startNginx(options: { workers?: number } = {}): Promise<Nginx> {
	const root = mkdtempSync(join(tmpdir(), 'ciq-nginx-'));
	chmodSync(root, 0o755);
	mkdirSync(join(root, 'www'));
	const port = await freePort();
	const backend = await slowService();
	const backendPort = (backend.address() as AddressInfo).port;
	writeFileSync(join(root, 'www', 'index.html'), `<!doctype html>${'x'.repeat(600)}\n`);
	writeFileSync(
		join(root, 'nginx.conf'),
		`daemon off; worker_processes ${options.workers ?? 1}; pid ${root}/nginx.pid; error_log ${root}/error.log warn;
events { worker_connections 512; }
http {
  access_log off; sendfile on; keepalive_requests 1000000; keepalive_timeout 60s; default_type text/plain;
  client_body_temp_path ${root}/body; proxy_temp_path ${root}/proxy; fastcgi_temp_path ${root}/f; uwsgi_temp_path ${root}/u; scgi_temp_path ${root}/s;
  server {
    listen 127.0.0.1:${port} backlog=4096; listen [::1]:${port};
    root ${root}/www;
    location / { }
    location /copied/ { alias ${root}/www/; sendfile off; }
    location /api/ { return 200 "fast $request_uri\\n"; }
    location /api/worker { add_header X-Worker $pid; return 200 "ok\\n"; }
    location /api/fail { return 503 "no\\n"; }
    location /gzip/ { alias ${root}/www/; sendfile off; gzip on; gzip_types text/plain; }
    location /api/wait/ { proxy_pass http://127.0.0.1:${backendPort}; }
  }
}
`,
	);
	const nginx: Running = start('nginx', ['-p', root, '-c', join(root, 'nginx.conf'), '-e', join(root, 'error.log')], {
		limitMs: 600_000,
	});
	await listening(port, nginx);
	const workers = await workersOf(nginx, options.workers ?? 1);
	return {
		port,
		workers,
		backendPort,
		root,
		file: (name, bytes) => writeFileSync(join(root, 'www', name), 'x'.repeat(bytes)),
		async stop() {
			nginx.child.kill('SIGTERM');
			await nginx.finished;
			backend.closeAllConnections();
			await new Promise((resolve) => backend.close(resolve));
			rmSync(root, { recursive: true, force: true });
		},
	};
}

/** Who connects is let in by the kernel, before there are any. */
async function workersOf({ pid, stderr }: Running, count: number): Promise<readonly number[]> {
	for (let attempt = 0; attempt < 200; attempt++) {
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? [];
		if (children.length >= count) return children.map(Number);
		await sleep(25);
	}
	throw new Error(`nginx has no workers: ${stderr}`);
}

async function listening(port: number, server: Running): Promise<void> {
	for (let attempt = 0; attempt < 200; attempt++) {
		const open = await new Promise<boolean>((resolve) => {
			const socket = connect(port, '127.0.0.1');
			socket.once('connect', () => resolve(true)).once('error', () => undefined);
			// Destroyed before it connects, on a busy machine, it says no more than this.
			socket.once('close', () => resolve(false));
			setTimeout(() => socket.destroy(), 20);
		});
		if (open) return;
		await sleep(25);
	}
	throw new Error(`nginx did not start: ${server.stderr}`);
}
