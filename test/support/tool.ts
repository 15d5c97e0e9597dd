import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODE } from './capture-mode.ts';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const LAUNCHER = join(ROOT, 'claudeinsight');

export interface Finished {
	readonly status: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** A started claudeinsight: its output so far, and its end. */
export interface Running {
	readonly child: ChildProcess;
	readonly pid: number;
	stdout: string;
	stderr: string;
	/** Resolves when `stderr` or `stdout` matches; rejects when the process ends first. */
	saw(pattern: RegExp): Promise<void>;
	readonly finished: Promise<Finished>;
}

/** Starts any command, collecting what it prints; it is killed after `limitMs`, so that no test can hang. */
export function start(
	command: string,
	args: readonly string[],
	options: SpawnOptions & { limitMs?: number } = {},
): Running {
	const { limitMs = 60_000, ...rest } = options;
	const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...rest });
	const waiting = new Set<() => void>();
	const wake = () => {
		for (const check of waiting) check();
	};
	const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
	const finished = once(child, 'close').then(([status, signal]) => {
		clearTimeout(timer);
		return { status, signal, stdout: running.stdout, stderr: running.stderr };
	});
	const running: Running = {
		child,
		pid: child.pid ?? -1,
		stdout: '',
		stderr: '',
		saw: (pattern) =>
			new Promise((resolve, reject) => {
				const check = () => {
					if (pattern.test(running.stdout) || pattern.test(running.stderr)) {
						waiting.delete(check);
						resolve();
					}
				};
				waiting.add(check);
				check();
				finished.then(() => {
					if (waiting.delete(check))
						reject(new Error(`ended before ${pattern}:\n${running.stdout}\n${running.stderr}`));
				}, reject);
			}),
		finished,
	};
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		running.stdout += text;
		wake();
	});
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		running.stderr += text;
		wake();
	});
	return running;
}

export const FLAGS = MODE === 'socket' ? [] : [`--capture-mode=${MODE}`];

/** Starts claudeinsight through its launcher, as a user does. */
export const claudeinsight = (args: readonly string[], options: SpawnOptions & { limitMs?: number } = {}): Running =>
	start(LAUNCHER, [...FLAGS, ...args], options);

/** The objects of a JSON lines text. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
	text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line));
