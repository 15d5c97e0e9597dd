import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAIN } from './program.ts';

const SIGNALS = join(import.meta.dirname, '../../engine/shell/signals.ts');

/** A program that tells what it was asked, and never ends by itself. */
const STUBBORN = `
	const { onSignals } = await import(${JSON.stringify(SIGNALS)});
	onSignals((status) => console.log('asked', status));
	setInterval(() => {}, 1000);
	console.log('ready');
`;

for (const [signal, status] of [
	['SIGINT', 130],
	['SIGTERM', 143],
	['SIGHUP', 129],
] as const) {
	test(`the first ${signal} asks, the second one does not wait`, async () => {
		const child = spawn(process.execPath, ['--input-type=module', '-e', STUBBORN], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const lines: string[] = [];
		for await (const text of child.stdout.setEncoding('utf8')) {
			lines.push(...String(text).trim().split('\n'));
			if (['ready', `asked ${status}`].includes(lines.at(-1) ?? '')) child.kill(signal);
		}
		if (child.exitCode === null) await once(child, 'exit');
		assert.deepEqual(lines, ['ready', `asked ${status}`]);
		assert.equal(child.exitCode, status);
	});
}

/** Throws as soon as the program would notice. */
const BUG = `data:text/javascript,const { on } = process;
	process.on = function (name, listener) {
		if (name === 'unhandledRejection') queueMicrotask(() => { throw new Error('boom\\u001b[2J') });
		return on.call(this, name, listener);
	}`;

test('a bug is one line that asks for a report, its stack only for who asks', () => {
	const crash = (env: NodeJS.ProcessEnv) =>
		spawnSync(process.execPath, ['--import', encodeURI(BUG), MAIN, '-e', 'watch http', '--from', '/dev/null'], {
			encoding: 'utf8',
			env: { ...process.env, ...env },
		});
	const end = crash({ CIQ_DEBUG: '' });
	assert.equal(end.status, 1);
	assert.equal(
		end.stderr,
		'claudeinsight: a bug in claudeinsight, please report it: boom\\x1b[2J (CIQ_DEBUG=1 shows where)\n',
	);
	assert.match(crash({ CIQ_DEBUG: '1' }).stderr, /\n\s+at .*data:text/);
});
