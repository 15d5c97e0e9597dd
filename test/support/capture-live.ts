import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CaptureDemand, ScopeClause } from '../../engine/capture/demand.ts';
import { type LiveSource, openLive } from '../../engine/capture/live.ts';
import type { StagePart } from '../../engine/exchange/stage-parts.ts';
import { type CaptureEvent, parseEvents } from './capture-events.ts';
import { MODE } from './capture-mode.ts';

export const demandFor = (
	scope: readonly ScopeClause[],
	payloadBytes = Number.POSITIVE_INFINITY,
	stages: readonly StagePart[] = [],
): CaptureDemand => ({
	scope,
	protocols: null,
	payloadBytes,
	bodyBytes: 0,
	stages,
});

/** Both ends of connections to a local port. */
export const portScope = (port: number): ScopeClause[] => [{ localPorts: [port] }, { remotePorts: [port] }];

export interface Captured {
	readonly raw: Buffer;
	readonly events: CaptureEvent[];
}

/** A running capture that keeps what comes. */
export class Recorder {
	readonly source: LiveSource;
	readonly #chunks: Buffer[] = [];
	/** So far. */
	readonly events: CaptureEvent[] = [];
	readonly #ended: Promise<void>;
	#check: () => void = () => {};

	/** `most`: what it will be asked for later. */
	constructor(demand: CaptureDemand, ringBytes?: number, most = demand) {
		this.source = openLive({ demand, most, mode: MODE, ...(ringBytes !== undefined && { ringBytes }) });
		// A test that fails half way would else capture, and run, for ever.
		after(() => this.source.stop());
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		this.#ended = promise;
		this.#start = () =>
			this.source.start(
				(bytes, length) => {
					// Of whole records.
					const chunk = Buffer.from(bytes.subarray(0, length));
					this.#chunks.push(chunk);
					for (const event of parseEvents(chunk)) this.events.push(event);
					this.#check();
				},
				(error) => (error === null ? resolve() : reject(error)),
			);
	}

	readonly #start: () => void;

	start(): this {
		this.#start();
		return this;
	}

	get raw(): Buffer {
		return Buffer.concat(this.#chunks);
	}

	/** Resolves as soon as the events so far satisfy `test`. */
	async until(test: (events: readonly CaptureEvent[]) => boolean): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#check = () => {
			if (test(this.events)) resolve();
		};
		this.#check();
		await promise;
		this.#check = () => {};
	}

	/** None of these programs moves bytes in ways that are not seen, unless calls are `straddling` a change of the scope. */
	async stop({ straddling = false } = {}): Promise<Captured> {
		this.source.stop();
		await this.#ended;
		if (!straddling) assert.equal(this.source.stats.lost.unseen, 0n);
		return { raw: this.raw, events: this.events };
	}
}

/** Captures while `run` does its work. */
export async function capture(demand: CaptureDemand, run: () => Promise<void>, ringBytes?: number): Promise<Captured> {
	const recorder = new Recorder(demand, ringBytes).start();
	try {
		await run();
		// What the programs have done is in the ring; their last segments may still be on their way.
		await sleep(50);
	} finally {
		await recorder.stop();
	}
	return recorder;
}

const PEERS = join(import.meta.dirname, '../live/capture/peers.py');

/** A program of test/live/capture/peers.py: prints a line of JSON when it is ready, goes on at a line of input. */
export class Peers {
	readonly process: ChildProcess;
	readonly #lines: AsyncIterator<string>;

	constructor(scenario: string, options: object = {}, wrapper: readonly string[] = []) {
		const [command = '', ...args] = [...wrapper, 'python3', PEERS, scenario, JSON.stringify(options)];
		const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
		this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
		if (this.process.stdout === null) throw new Error('no pipe');
		this.#lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
		after(() => this.process.kill('SIGKILL'));
	}

	get pid(): number {
		return this.process.pid ?? 0;
	}

	/** The next thing that the program says. */
	async says<T>(): Promise<T> {
		const { value, done } = await this.#lines.next();
		if (done) throw new Error('the program ended without an answer');
		return JSON.parse(value) as T;
	}

	/** Lets it go on. */
	go(): void {
		this.process.stdin?.write('go\n');
	}

	async exited(): Promise<void> {
		if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
	}
}
