// Runs the shop and its customers as processes of their own, as they would be in earnest. Both live as long as the
// channel to this process: whatever way it ends, even by SIGKILL, nobody is left behind.

import { type ChildProcess, fork } from 'node:child_process';

const CUSTOMERS = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6'];

const [seconds] = process.argv.slice(2);
if (seconds !== undefined && !(Number(seconds) > 0)) {
	console.error(`traffic.sh: the number of seconds must be positive, not '${seconds}'`);
	process.exit(2);
}

const children: ChildProcess[] = [];

/** When both are gone, so are we. */
function stop(): void {
	for (const child of children) if (child.connected) child.disconnect();
}

function start(program: string, args: string[] = []): ChildProcess {
	const child = fork(new URL(program, import.meta.url), args);
	child.once('exit', (code) => {
		// No code: ended by a signal, as by Ctrl-C, which the whole process group gets.
		process.exitCode ||= code ?? 0;
		stop();
	});
	children.push(child);
	return child;
}

process.once('SIGINT', stop);
process.once('SIGTERM', stop);

start('service.ts').once('message', (port) => {
	start('customers.ts', [String(port), ...CUSTOMERS]);
	if (seconds !== undefined) setTimeout(stop, Number(seconds) * 1000).unref();
	console.error(`shop.example serves on 127.0.0.1:${port}`);
});
