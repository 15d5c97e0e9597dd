import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';

const PEERS = join(import.meta.dirname, '../live/stages/peers.py');
/** TEST-NET-1 (RFC 5737): nobody's. */
export const CLIENT_IP = '192.0.2.1';
export const SERVER_IP = '192.0.2.2';
/** The ends of the cable, each in the namespace of its program. */
export const CLIENT_INTERFACE = 'cable-client';
export const SERVER_INTERFACE = 'cable-server';

/** A program in a network namespace of its own, which ends with it. */
export class Host {
	readonly #process: ChildProcess;
	readonly #lines: AsyncIterator<string>;
	netns = 0;

	constructor(options: object) {
		const args = ['--net', 'python3', PEERS, JSON.stringify(options)];
		this.#process = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
		if (this.#process.stdout === null) throw new Error('no pipe');
		this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
		after(() => this.#process.kill('SIGKILL'));
	}

	get pid(): string {
		return String(this.#process.pid);
	}

	async hears<T>(): Promise<T> {
		const { value, done } = await this.#lines.next();
		if (done) throw new Error('the program ended without an answer');
		return JSON.parse(value) as T;
	}

	say(facts: object): void {
		this.#process.stdin?.write(`${JSON.stringify(facts)}\n`);
	}

	/** Runs a program of this machine in the namespace. */
	run(command: string, ...args: string[]): void {
		execFileSync('nsenter', ['-t', this.pid, '-n', command, ...args]);
	}
}

export interface Hosts {
	readonly client: Host;
	readonly server: Host;
}

async function plug(host: Host, name: string, address: string): Promise<void> {
	host.run('ip', 'address', 'add', `${address}/24`, 'dev', name);
	host.run('ip', 'link', 'set', name, 'up');
}

/** Two programs of test/live/stages/peers.py, joined by a pair of virtual Ethernet interfaces; they wait for an address. */
export async function connectHosts(options: { client?: object; server?: object; exchanges?: number }): Promise<Hosts> {
	const { exchanges = 1 } = options;
	const client = new Host({ role: 'client', exchanges, ...options.client });
	const server = new Host({ role: 'server', exchanges, ...options.server });
	for (const host of [client, server]) ({ netns: host.netns } = await host.hears<{ netns: number }>());
	const [a, b] = [CLIENT_INTERFACE, SERVER_INTERFACE];
	execFileSync('ip', ['link', 'add', a, 'netns', client.pid, 'type', 'veth', 'peer', 'name', b, 'netns', server.pid]);
	await plug(client, a, CLIENT_IP);
	await plug(server, b, SERVER_IP);
	return { client, server };
}
