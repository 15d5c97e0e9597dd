// Runs the shop and its customers as processes of their own, as they would be in earnest. Both live as long as the
// channel to this process: whatever way it ends, even by SIGKILL, nobody is left behind.

import { fork } from 'node:child_process';
import { once } from 'node:events';

const CUSTOMERS = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6'];

const [seconds] = process.argv.slice(2);
if (seconds !== undefined && !(Number(seconds) > 0)) {
	console.error(`traffic.sh: the number of seconds must be positive, not '${seconds}'`);
	process.exit(2);
}

process.once('SIGINT', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));

function start(program: string, args: string[] = []) {
	const child = fork(new URL(program, import.meta.url), args);
	// No code: ended by a signal, as by Ctrl-C, which the whole process group gets.
	child.once('exit', (code) => process.exit(code ?? 0));
	return child;
}

const [port] = await once(start('service.ts'), 'message');
start('customers.ts', [String(port), ...CUSTOMERS]);
console.error(`shop.example serves on 127.0.0.1:${port}`);

if (seconds !== undefined) setTimeout(() => process.exit(0), Number(seconds) * 1000);
