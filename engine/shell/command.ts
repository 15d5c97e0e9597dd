import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Exit, Failure, usage } from './exit.ts';
import { type Invoker, sudoInvoker } from './invoker.ts';
import { groupLives, signalGroup } from './process-group.ts';

const { signals } = osConstants;

/** How long a command may take to end by itself once the query has ended; and then, killed. */
const GRACE_MS = 2000;
const POLL_MS = 50;

/** An end of a command that was not a good one. */
export interface BadEnd {
	/** In words. */
	readonly how: string;
	/** As shells have it: 128 and the number of the signal that ended it. */
	readonly status: number;
}

/** A command behind `--`: started, but halted until the hooks are attached. */
export interface Command {
	/** Of the command itself: it takes the place of the shell that waits for it. */
	readonly pid: number;
	release(): void;
	/**
	 * When it and what it has started in its session are gone, as `strace -f` has it. Null when it ended well.
	 */
	readonly ended: Promise<BadEnd | null>;
	/** Ends it and what it left in its process group: asked first, then forced. */
	stop(): Promise<void>;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

function isCommand(name: string): boolean {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return name.includes('/') ? isExecutable(name) : folders.some((folder) => isExecutable(join(folder, name)));
}

/** Waits for a byte, or gives up when claudeinsight is gone; the command does not see the pipe. */
const HALT = 'read -r _ <&3 || exit; exec 3<&-; exec "$@"';

/** setpriv gives the user's further groups too; Node alone can only drop those of root. */
function asInvoker(invoker: Invoker, argv: readonly string[]): { argv: readonly string[]; options: SpawnOptions } {
	const { uid, gid, name } = invoker;
	if (!isCommand('setpriv')) return { argv, options: { uid, gid } };
	const groups = name === null ? '--clear-groups' : '--init-groups';
	return { argv: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, groups, '--', ...argv], options: {} };
}

/** Without what the launcher has told us: it means nobody else. */
function environmentOf(invoker: Invoker | null): NodeJS.ProcessEnv {
	const { CIQ_LAUNCHER, CIQ_NOHUP, ...env } = process.env;
	const { name, home } = invoker ?? {};
	return name && home ? { ...env, HOME: home, USER: name, LOGNAME: name } : env;
}

const endOf = (child: ChildProcess): Promise<BadEnd | null> =>
	new Promise((resolve) => {
		child.once('error', ({ message }) => resolve({ how: `could not be started: ${message}`, status: Exit.failed }));
		child.once('exit', (status, signal) => {
			if (signal !== null) resolve({ how: `was ended by ${signal}`, status: 128 + signals[signal] });
			else resolve(status === null || status === 0 ? null : { how: `exited with status ${status}`, status });
		});
	});

/** Waits until no process of the group runs; true when one still does after GRACE_MS. */
async function outlives(group: number): Promise<boolean> {
	const deadline = performance.now() + GRACE_MS;
	while (groupLives(group)) {
		if (performance.now() >= deadline) return true;
		await sleep(POLL_MS);
	}
	return false;
}

/**
 * Starts a command as the user who called sudo, halted, in a session of its own. What it prints goes to stderr: stdout is
 * for results. Throws Failure when there is no such command.
 */
export function startHalted(argv: readonly string[]): Command {
	const [name] = argv;
	if (name === undefined) throw usage('no command behind --');
	// Looked up first: a shell that does not find it says so in its own words and with its own status.
	if (!isCommand(name)) throw usage(`cannot run '${name}': no such command, or not executable`);
	const halted = ['sh', '-c', HALT, 'sh', ...argv];
	const invoker = sudoInvoker();
	const started = invoker === null ? { argv: halted, options: {} } : asInvoker(invoker, halted);
	const [program, ...args] = started.argv;
	const child = spawn(program, args, {
		...started.options,
		stdio: ['inherit', process.stderr, process.stderr, 'pipe'],
		env: environmentOf(invoker),
		detached: true,
	});
	const { pid } = child;
	const gate = child.stdio[3];
	if (pid === undefined || !gate || !('write' in gate))
		throw new Failure(1, `cannot start ${program}: is it installed?`);
	const ended = endOf(child).then(async (how) => {
		while (groupLives(pid)) await sleep(POLL_MS);
		return how;
	});
	// A command that is killed while it waits breaks the pipe; its end is told by `ended`.
	gate.on('error', () => {});
	// However claudeinsight ends, nobody else would end the command.
	const kill = (): void => void signalGroup(pid, 'SIGKILL');
	process.once('exit', kill);
	// Ctrl-\ ends a program at once, and reaches us alone: the command has a session of its own.
	const quit = (): void => {
		kill();
		process.kill(process.pid, 'SIGQUIT');
	};
	process.once('SIGQUIT', quit);
	return {
		pid,
		ended,
		release: () => gate.end('\n'),
		stop: async () => {
			signalGroup(pid, 'SIGTERM');
			if (await outlives(pid)) {
				kill();
				// On a busy machine even this takes its time, and our end says that the command has ended.
				await outlives(pid);
			}
			process.off('exit', kill);
			process.off('SIGQUIT', quit);
		},
	};
}
