import { type Agent, request } from 'node:http';
import { type Finished, start } from './tool.ts';

/** One GET through node:http from the address `from`; resolves to the status when the whole answer has been read. */
export function get(
	port: number,
	path: string,
	options: { from?: string; agent?: Agent; host?: string } = {},
): Promise<number> {
	return new Promise((resolve, reject) => {
		const outgoing = request(
			{ host: options.host ?? '127.0.0.1', port, path, localAddress: options.from, agent: options.agent ?? false },
			(response) => {
				response.resume();
				response.on('end', () => resolve(response.statusCode ?? 0)).on('error', reject);
			},
		);
		outgoing.on('error', reject).end();
	});
}

/** `count` requests for PATH?1 … PATH?count by one real curl over `parallel` kept-alive connections. */
export function curlMany(port: number, path: string, count: number, parallel: number): Promise<Finished> {
	const url = `http://127.0.0.1:${port}${path}?[1-${count}]`;
	return start('curl', ['-s', '-S', '-o', '/dev/null', '-Z', '--parallel-max', String(parallel), url], {
		limitMs: 120_000,
	}).finished;
}

/** Full speed for `seconds` by a real wrk; resolves to the requests it counted. */
export async function wrk(port: number, path: string, connections: number, seconds: number): Promise<number> {
	const args = ['-t1', `-c${connections}`, `-d${seconds}s`, `http://127.0.0.1:${port}${path}`];
	const { stdout, stderr } = await start('wrk', args, { limitMs: (seconds + 20) * 1000 }).finished;
	const requests = Number(/(\d+) requests in/.exec(stdout)?.[1] ?? 0);
	if (requests === 0) throw new Error(`wrk made no request: ${stdout} ${stderr}`);
	return requests;
}
