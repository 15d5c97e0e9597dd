/*
 * What watching takes of a machine that is not at its limit, where most captures run: CPU time of the tracer at some
 * requests a second, next to what an engineer would use instead. `--only=TEXT` runs the rows whose name has TEXT.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNginx } from '../support/nginx.ts';
import { benchArguments } from './arguments.ts';
import { cpuTime } from './cpu-time.ts';
import { ownTracers } from './own-tracers.ts';
import { peerTracers } from './peer-tracers.ts';
import type { Tracer } from './tracer.ts';

const RATES = [0, 100, 1000, 5000];
const SECONDS = 6;
/** Of the load before, which is not counted. */
const FIRST_SECONDS = 2;
const CONNECTIONS = 4;
const WANTED = ['heads, socket', 'stages, socket', 'heads, syscall'];

/** A tracer's CPU time, percent of a core, and what it says of losses. */
interface Taken {
	readonly percent: number;
	readonly lost: string;
}

/** `rate` requests a second for `seconds`, some each ms, each answered before the next on its connection; their number. */
async function steadyLoad(sockets: readonly Socket[], request: string, rate: number, seconds: number): Promise<number> {
	const began = performance.now();
	let sent = 0;
	for (let passed = 0; passed < seconds * 1000; passed = performance.now() - began) {
		const due = Math.floor((passed * rate) / 1000) - sent;
		for (let i = 0; i < due; i++) sockets[(sent + i) % sockets.length].write(request);
		sent += due;
		await sleep(1);
	}
	return sent;
}

async function take(tracer: Tracer, load: (seconds: number) => Promise<number>): Promise<Taken> {
	const tracing = await tracer.start();
	const first = await load(FIRST_SECONDS);
	const before = cpuTime(tracing.pid);
	const began = performance.now();
	const counted = await load(SECONDS);
	// What it still has to do belongs to these requests.
	await sleep(200);
	const after = cpuTime(tracing.pid);
	const took = after.user + after.system - before.user - before.system;
	const percent = took / (performance.now() - began) / 10;
	return { percent, lost: await tracing.stop(first + counted) };
}

const { wanted } = benchArguments();
const nginx = await startNginx();
const sockets = Array.from({ length: CONNECTIONS }, () => connect(nginx.port, '127.0.0.1').resume());
try {
	await Promise.all(sockets.map((socket) => once(socket, 'connect')));
	const { peers, absent } = peerTracers(nginx.port, nginx.workers);
	const own = ownTracers(`local_port == ${nginx.port}`).filter(({ name }) => WANTED.includes(name));
	for (const line of absent) console.log(line);
	const request = `GET /copied/ HTTP/1.1\r\nHost: localhost:${nginx.port}\r\nAccept: */*\r\n\r\n`;
	console.log(`CPU time, percent of a core, while nginx answers so many requests a second:`);
	console.log(`  ${''.padEnd(18)}${RATES.map((rate) => String(rate).padStart(7)).join('')}`);
	for (const tracer of [...own, ...peers].filter(({ name }) => wanted(name))) {
		const lost = new Set<string>();
		const percents: string[] = [];
		for (const rate of RATES) {
			const taken = await take(tracer, (seconds) => steadyLoad(sockets, request, rate, seconds));
			lost.add(taken.lost);
			percents.push(taken.percent.toFixed(1).padStart(7));
		}
		console.log(`  ${tracer.name.padEnd(18)}${percents.join('')}  ${[...lost].join('; ')}`);
	}
} finally {
	for (const socket of sockets) socket.destroy();
	await nginx.stop();
}
