import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { curlMany, get } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import fc from '../support/property.ts';
import { claudeinsight, jsonLines } from '../support/tool.ts';

/*
 * What the kernel lets pass for a condition is what the condition selects of everything. Every capture is bound to the
 * ports of this test; what random conditions add to that is decided in the kernel, and once more of a recording that was
 * taken at the same time by the ports alone.
 */

const BATCHES = 3;
/** Captures that run at a time, next to the recording: each has some 100 MB. */
const TOGETHER = 5;

let nginx: Nginx;
let folder: string;
before(async () => {
	nginx = await startNginx();
	folder = mkdtempSync(join(tmpdir(), 'ciq-pushdown-'));
});
after(async () => {
	await nginx.stop();
	rmSync(folder, { recursive: true });
});

/** Three programs: curl and this Node ask nginx, from several addresses; nginx asks this Node. */
async function traffic(): Promise<void> {
	await curlMany(nginx.port, '/api/curl', 6, 2);
	for (const from of ['127.0.0.1', '127.0.0.5', '127.0.1.5']) await get(nginx.port, `/api/from/${from}`, { from });
	await get(nginx.port, '/api/six', { host: '::1' });
	await get(nginx.port, '/api/wait/1', { from: '127.0.0.3' });
	await get(nginx.backendPort, '/wait/2', { from: '127.0.0.4' });
	await sleep(200);
}

function conditions(): string[] {
	const pid = fc.constantFrom(process.pid, ...nginx.workers, 1);
	const port = fc.constantFrom(nginx.port, nginx.backendPort, 1);
	const net = fc.constantFrom(
		'127.0.0.0/24',
		'127.0.0.4/31',
		'127.0.0.0/8',
		'::1/128',
		'::/0',
		'0.0.0.0/0',
		'10.0.0.0/8',
	);
	const leaf = fc.oneof(
		fc.tuple(fc.constantFrom('==', '!='), pid).map(([is, value]) => `pid ${is} ${value}`),
		fc.constantFrom('nginx', 'curl', 'node', 'nobody').map((name) => `comm == "${name}"`),
		fc.constantFrom('client', 'server').map((side) => `side == "${side}"`),
		fc
			.tuple(fc.constantFrom('local', 'remote', 'client', 'server'), fc.constantFrom('==', '!=', '<', '>='), port)
			.map(([end, is, value]) => `${end}_port ${is} ${value}`),
		fc
			.tuple(fc.constantFrom('local', 'remote', 'client', 'server'), fc.constantFrom('in', 'not in'), net)
			.map(([end, is, value]) => `${end}_ip ${is} ${value}`),
	);
	const { condition } = fc.letrec<{ condition: string }>((tie) => ({
		condition: fc.oneof(
			{ depthSize: 'small' },
			leaf,
			tie('condition').map((one) => `not (${one})`),
			fc.tuple(tie('condition'), tie('condition')).map(([one, other]) => `(${one}) and (${other})`),
			fc.tuple(tie('condition'), tie('condition')).map(([one, other]) => `(${one}) or (${other})`),
		),
	}));
	return fc.sample(condition, { numRuns: BATCHES * TOGETHER });
}

const rowsOf = (stdout: string): string[] =>
	jsonLines(stdout)
		.map((row) => JSON.stringify(row))
		.toSorted();

test('random conditions select live, decided in the kernel, what they select of everything', async () => {
	const ports = `[${nginx.port}, ${nginx.backendPort}]`;
	const ours = `(local_port in ${ports} or remote_port in ${ports})`;
	const query = (condition: string) =>
		`http where ${ours} and (${condition}) | select path, side, pid, local_ip, local_port, remote_ip, remote_port`;
	const all = conditions();
	const sizes: number[] = [];
	for (let batch = 0; batch < BATCHES; batch++) {
		const file = join(folder, `${batch}.ciqrec`);
		const some = all.slice(batch * TOGETHER, (batch + 1) * TOGETHER);
		const recorder = claudeinsight(['-e', `watch http where ${ours} | stat count()`, '--record', file]);
		const tools = some.map((condition) => claudeinsight(['-e', `watch ${query(condition)}`]));
		await Promise.all([recorder, ...tools].map((tool) => tool.saw(/capturing/)));
		await traffic();
		for (const tool of [recorder, ...tools]) tool.child.kill('SIGINT');
		await recorder.finished;
		for (const [index, condition] of some.entries()) {
			const live = await tools[index].finished;
			const replay = await claudeinsight(['-e', `from "${file}" ${query(condition)}`]).finished;
			assert.equal(replay.status, 0, replay.stderr);
			assert.deepEqual(rowsOf(live.stdout), rowsOf(replay.stdout), condition);
			sizes.push(rowsOf(live.stdout).length);
		}
	}
	const most = Math.max(...sizes);
	assert.ok(sizes.some((size) => size > 0 && size < most) && most > 10, `the conditions tell nothing apart: ${sizes}`);
});
