import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose, missingFromKernel, type NativeFailure } from '../../addon/diagnose.ts';
import { btf } from '../support/btf.ts';

const NEEDS = {
	object: 'socket.bpf.o',
	since: 'Linux 6.16 or newer',
	hooks: ['tcp_sendmsg_locked', 'sock_send_length'],
	optional: [],
	functions: ['bpf_dynptr_from_skb'],
};
const COMPLETE = btf('btf_trace_tcp_sendmsg_locked', 'btf_trace_sock_send_length', 'bpf_dynptr_from_skb');
const OLD = btf('btf_trace_sock_send_length', 'btf_trace_tcp_sendmsg_locked_old', 'bpf_dynptr_from_skb');

test('names are looked up whole', () => {
	assert.deepEqual(missingFromKernel(COMPLETE, NEEDS), []);
	assert.deepEqual(missingFromKernel(OLD, NEEDS), ['tcp_sendmsg_locked']);
	assert.deepEqual(missingFromKernel(btf(), NEEDS), [...NEEDS.hooks, ...NEEDS.functions]);
});

const EPERM = 1;
const ESRCH = 3;
const EACCES = 13;
const EINVAL = 22;
const LOG = "libbpf: prog 'x': -- BEGIN PROG LOAD LOG --\nR1 invalid mem access\n-- END PROG LOAD LOG --\n";

const CASES: [name: string, failure: NativeFailure, btf: Uint8Array | null, code: string, message: RegExp][] = [
	['no capability', { stage: 'load', errno: EPERM, detail: '' }, COMPLETE, 'no-permission', /root.*CAP_BPF/],
	['refused without a log', { stage: 'load', errno: EACCES, detail: '' }, COMPLETE, 'no-permission', /sudo/],
	['refused by the verifier', { stage: 'load', errno: EACCES, detail: LOG }, COMPLETE, 'verifier', /uname -r/],
	['no BTF', { stage: 'load', errno: ESRCH, detail: '' }, null, 'no-btf', /CONFIG_DEBUG_INFO_BTF/],
	['an old kernel', { stage: 'load', errno: ESRCH, detail: '' }, OLD, 'no-hook', /"tcp_sendmsg_locked"/],
	['an old kernel, by its verifier', { stage: 'load', errno: EINVAL, detail: LOG }, OLD, 'no-hook', /6\.16/],
	['a damaged object', { stage: 'open', errno: EINVAL, detail: '' }, COMPLETE, 'object-missing', /remove that file/],
	['anything else', { stage: 'attach', errno: EINVAL, detail: '' }, COMPLETE, 'failed', /attach.*22/],
];

for (const [name, failure, kernel, code, message] of CASES) {
	test(`a failure is named: ${name}`, () => {
		const error = diagnose(failure, NEEDS, kernel);
		assert.equal(error.code, code);
		assert.match(error.message, message);
		assert.ok(!error.message.includes('\n'));
		assert.equal(error.errno, failure.errno);
		assert.equal(error.hook, code === 'no-hook' ? 'tcp_sendmsg_locked' : null);
	});
}

test('a limit of open files that is too low is named, whatever it made fail', () => {
	const of = (errno: number, detail: string, openFiles: number) =>
		diagnose({ stage: 'load', errno, detail }, NEEDS, null, openFiles);
	for (const [errno, detail] of [
		[EINVAL, ''],
		[EACCES, LOG],
	] as const) {
		const error = of(errno, detail, 48);
		assert.match(error.message, /128 files.*ulimit -n/);
		assert.deepEqual([error.code, error.detail], ['failed', '']);
	}
	assert.equal(of(EPERM, '', 48).code, 'no-permission');
	assert.equal(of(EINVAL, '', 1024).code, 'no-btf');
});

test('of a long log the end is kept', () => {
	const detail = Array.from({ length: 1000 }, (_, line) => `line ${line}`).join('\n');
	const lines = diagnose({ stage: 'load', errno: EINVAL, detail: `${LOG}${detail}\n` }, NEEDS, COMPLETE).detail.split(
		'\n',
	);
	assert.equal(lines.length, 20);
	assert.equal(lines.at(-1), 'line 999');
});
