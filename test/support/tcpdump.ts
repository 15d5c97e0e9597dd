import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from './tool.ts';

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const missing = ['tshark', 'tcpdump'].filter((program) => !isInstalled(program));

/** Why tests that capture and compare cannot run; false where they can. */
export const skip = missing.length === 0 ? false : `not installed: ${missing.join(', ')}`;

/** Writes the packets of a load to a file, all of them: those of one TCP port on the loopback, and no others. */
export async function capturePort(port: number, path: string, load: () => Promise<unknown>): Promise<void> {
	const options = ['-i', 'lo', '-Z', 'root', '--immediate-mode', '-U', '-B', '65536', '--time-stamp-precision=nano'];
	const tcpdump = start('tcpdump', [...options, '-w', path, `tcp port ${port}`]);
	await tcpdump.saw(/listening on/);
	await load();
	// The last packets are on their way to tcpdump.
	await sleep(500);
	tcpdump.child.kill('SIGINT');
	const { stderr } = await tcpdump.finished;
	assert.match(stderr, /\n0 packets dropped by kernel/, stderr);
}

/** The rows that tshark prints of a capture, in which that port speaks HTTP: the fields asked for. */
export const tsharkFields = (path: string, port: number, filter: string, ...fields: string[]): string[][] => {
	// On a busy machine two packets of the loopback swap places now and then, which tshark gives up at unless told.
	const order = ['-o', 'tcp.reassemble_out_of_order:TRUE'];
	const form = ['-d', `tcp.port==${port},http`, '-Y', filter, '-T', 'fields', '-E', 'separator=|'];
	const args = ['-r', path, ...order, ...form];
	const { stdout, stderr, status } = spawnSync('tshark', [...args, ...fields.flatMap((field) => ['-e', field])], {
		encoding: 'utf8',
		maxBuffer: 64 << 20,
	});
	assert.equal(status, 0, stderr);
	return stdout.split('\n').flatMap((text) => (text === '' ? [] : [text.split('|')]));
};
