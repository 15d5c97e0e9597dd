import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Facts, type FirstFacts } from '../../engine/connection/facts.ts';
import type { Process } from '../../engine/exchange/exchange.ts';

const FIRST: FirstFacts = {
	openedAt: null,
	established: false,
	tgid: 0,
	state: 1,
	error: 0,
	inBefore: 0,
	outBefore: 0,
};

const newFacts = (first: Partial<FirstFacts> = {}, process: (tgid: number) => Process | null = () => null): Facts =>
	new Facts({ ...FIRST, ...first }, process);

/** Of include/net/tcp_states.h. */
const [SYN_SENT, FIN_WAIT_1, FIN_WAIT_2, CLOSE, CLOSE_WAIT, LAST_ACK, CLOSING] = [2, 4, 5, 7, 8, 9, 11];
const [SYN_RECEIVED, TIME_WAIT] = [3, 6];
const [EPIPE, EBADF, ECONNRESET, ETIMEDOUT, ECONNREFUSED] = [32, 9, 104, 110, 111];

/** The ways of a connection (RFC 9293, figure 5), errors at their last step, and why it ended. */
const WAYS: readonly (readonly [ways: readonly number[], error: number, states: readonly string[], reason: string])[] =
	[
		[[FIN_WAIT_1, FIN_WAIT_2, CLOSE], 0, ['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSED'], 'local close'],
		[[CLOSE_WAIT, LAST_ACK, CLOSE], 0, ['CLOSE-WAIT', 'LAST-ACK', 'CLOSED'], 'remote close'],
		[[FIN_WAIT_1, CLOSING, CLOSE], 0, ['FIN-WAIT-1', 'CLOSING', 'CLOSED'], 'local close'],
		[[FIN_WAIT_1, TIME_WAIT, CLOSE], 0, ['FIN-WAIT-1', 'TIME-WAIT', 'CLOSED'], 'local close'],
		[[SYN_RECEIVED, CLOSE], 0, ['SYN-RECEIVED', 'CLOSED'], 'local reset'],
		[[CLOSE], 0, ['CLOSED'], 'local reset'],
		[[CLOSE], ECONNRESET, ['CLOSED'], 'remote reset'],
		[[CLOSE_WAIT, CLOSE], EPIPE, ['CLOSE-WAIT', 'CLOSED'], 'remote reset'],
		[[CLOSE], ETIMEDOUT, ['CLOSED'], 'timeout'],
		[[CLOSE], ECONNREFUSED, ['CLOSED'], 'refused'],
		[[CLOSE], EBADF, ['CLOSED'], 'error'],
	];

for (const [ways, error, states, reason] of WAYS)
	test(`${states.join(', ')}${error === 0 ? '' : ` with errno ${error}`}: ${reason}`, () => {
		const facts = newFacts();
		assert.equal(facts.closeReason, null);
		const seen = ways.map((state, at) => {
			facts.entered(state, at === ways.length - 1 ? error : 0);
			return facts.state;
		});
		facts.closed(0);
		assert.deepEqual(seen, states);
		assert.deepEqual([facts.state, facts.closeReason], ['CLOSED', reason]);
	});

for (const [state, reason] of [
	[SYN_SENT, 'local close'],
	[FIN_WAIT_1, 'local close'],
	[FIN_WAIT_2, 'local close'],
	[CLOSING, 'local close'],
	[CLOSE_WAIT, 'remote close'],
	[LAST_ACK, 'remote close'],
] as const)
	test(`first seen in state ${state}: ${reason}`, () => {
		const facts = newFacts({ state });
		assert.equal(facts.closeReason, state === SYN_SENT ? null : reason);
		facts.entered(CLOSE, 0);
		assert.equal(facts.closeReason, reason);
	});

test('a socket that is gone without a word of TCP was closed here, or has failed; what was known before stays', () => {
	const facts = newFacts();
	facts.closed(0);
	assert.deepEqual([facts.state, facts.closeReason], ['CLOSED', 'local close']);
	const failed = newFacts();
	failed.closed(ETIMEDOUT);
	assert.equal(failed.closeReason, 'timeout');
	const reset = newFacts();
	reset.entered(CLOSE, 0);
	reset.closed(ECONNRESET);
	assert.equal(reset.closeReason, 'local reset');
	assert.equal(newFacts({ state: 7, error: 104 }).closeReason, 'remote reset');
});

test('states that this does not know change nothing; the first is that of the kernel, else established', () => {
	assert.equal(newFacts({ state: SYN_SENT }).state, 'SYN-SENT');
	assert.equal(newFacts({ state: SYN_SENT, established: true }).state, 'ESTABLISHED');
	const facts = newFacts({ state: 0 });
	facts.entered(99, 0);
	assert.equal(facts.state, 'ESTABLISHED');
	assert.equal(facts.closeReason, null);
});

test('bytes go on from those of before, and the owner is who moved them last', () => {
	const names = new Map<number, Process>();
	const facts = newFacts({ tgid: 5, inBefore: 100, outBefore: 10 }, (pid) => names.get(pid) ?? anonymous(pid));
	facts.moved(true, 7, 5);
	facts.moved(false, 3, 6);
	assert.deepEqual([facts.bytesReceived, facts.bytesSent, facts.owner?.pid], [107, 13, 6]);
	// Of segments nobody knows whose they are.
	facts.moved(false, 1, 0);
	assert.equal(facts.owner?.pid, 6);
	names.set(6, { pid: 6, started: 0n, comm: 'late', exe: null });
	assert.equal(facts.owner?.comm, 'late');
	names.set(6, { pid: 6, started: 9n, comm: 'another', exe: null });
	assert.equal(facts.owner?.comm, null, 'a pid that is used again');
});

const anonymous = (pid: number): Process => ({ pid, started: 0n, comm: null, exe: null });
