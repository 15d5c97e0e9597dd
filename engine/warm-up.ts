import { join } from 'node:path';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { projectRoot } from './project-root.ts';
import { forgetHeads } from './protocols/http/head-collector.ts';
import { main } from './shell/cli.ts';
import type { Console } from './shell/console.ts';
import { Exit } from './shell/exit.ts';

/** Between them they use the parser, the checker, every library of the query engine and the way of a recording to JSON. */
const QUERIES = [
	'http where path ~ "^/a.i/" and latency > 1ms | select ts, path, latency | head 5',
	'http where side == "server" | stat by remote_ip slow 5s',
	'| head 1',
];

const nothing = (): void => {};

/** Nobody reads what the warm-up finds. It must not touch process.stdout: a snapshot would keep it. */
const SILENT: Console = {
	out: {
		terminal: false,
		color: false,
		width: 80,
		height: 24,
		print: nothing,
		live: nothing,
		status: nothing,
		close: nothing,
	},
	colorErrors: false,
	say: nothing,
	tell: nothing,
};

async function runQueries(): Promise<void> {
	const recording = join(projectRoot(), 'examples/shop.ciqrec');
	for (const query of QUERIES) {
		// Only ever `from`: set-up may run as root, and nothing of this may look at the machine.
		const text = `from ${JSON.stringify(recording)} ${query}`;
		const status = await main(['-e', text], SILENT);
		if (status !== Exit.done) throw new Error(`the warm-up failed with status ${status}: ${text}`);
	}
}

/** Drops all bytecode: what only loading runs, most of it builds the parser, would be an eighth of the snapshot. */
function dropBytecode(): void {
	setFlagsFromString('--stress-flush-code');
	// Collects all garbage, and with it, by the flag, bytecode that has not just been run.
	queryObjects(Map);
	setFlagsFromString('--no-stress-flush-code');
}

/**
 * Loads what nearly every query needs and runs some, for a start-up snapshot: building the parser alone takes longer than
 * Node's own start. Throws when one of them fails. What is loaded here must not hold what a snapshot cannot: child_process,
 * perf_hooks, node:module, an Intl.Segmenter, a SharedArrayBuffer; nor keep what a later run has otherwise: the environment,
 * the terminal, the working folder.
 */
export async function warmUp(): Promise<void> {
	await import('./capture/pcap/source.ts');
	await import('./capture/log/source.ts');
	await import('./capture/live.ts');
	await runQueries();
	dropBytecode();
	await runQueries();
	forgetHeads();
}
