import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decideMode, modeWords } from '../../engine/capture/choose-mode.ts';
import { kernelNeeds } from '../../engine/capture/live-hooks.ts';
import { btf } from '../support/btf.ts';

const namesOf = (mode: 'socket' | 'syscall') => {
	const { hooks, functions } = kernelNeeds(mode);
	return [...hooks.map((hook) => `btf_trace_${hook}`), ...functions];
};

const NEW = btf(...namesOf('socket'), ...namesOf('syscall'));
const OLD = btf(...namesOf('syscall'));
const OLDEST = btf('btf_trace_sys_enter');

describe('the mode of a live capture', () => {
	test('auto takes the first that the kernel can do', () => {
		assert.equal(decideMode('auto', NEW).mode, 'socket');
		assert.equal(decideMode('auto', OLD).mode, 'syscall');
		assert.equal(decideMode('auto', OLDEST).mode, null);
		assert.equal(decideMode('auto', null).mode, null);
	});

	test('one that is asked for is not exchanged for the other', () => {
		assert.equal(decideMode('syscall', NEW).mode, 'syscall');
		assert.equal(decideMode('socket', OLD).mode, null);
		assert.ok(decideMode('socket', OLD).lacks.get('socket')?.includes('tcp_sendmsg_locked'));
	});

	test('and why, in words', () => {
		const words = (choice: 'auto' | 'socket' | 'syscall', kernel: Uint8Array) =>
			modeWords(choice, decideMode(choice, kernel));
		assert.equal(words('auto', NEW), 'socket: at the sockets');
		assert.match(words('auto', OLD), /^syscall: at the system calls of processes, because this kernel has no "\w+"$/);
		assert.equal(words('syscall', NEW), 'syscall: at the system calls of processes, as --capture-mode says');
		assert.match(words('socket', OLD), /^not possible on this kernel: `claudeinsight doctor` says why$/);
	});
});
