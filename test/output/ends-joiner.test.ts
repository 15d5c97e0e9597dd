import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { NO_TIMES, type StageRange } from '../../engine/exchange/stages.ts';
import { EndsJoiner } from '../../engine/output/detail/ends-joiner.ts';
import { MS, SECOND } from '../support/exchanges.ts';
import { clientOf, passInParts, serverOf } from './detail/staged.ts';

/** A server that has written all at 399 ms; so far half of it has left. */
function leaving(): Exchange {
	const one = serverOf();
	passInParts(one, [120.2, 399], (at) => (at === 399 ? {} : { queued: at + 0.1, sent: at + 0.2 }));
	return one;
}

const left = (time: number): StageRange => ({
	pos: 0,
	end: 1000,
	kind: 'part',
	time,
	times: { ...NO_TIMES, queued: time, queuedEnd: time, sent: time, sentEnd: time },
	iface: 'eth0',
});

describe('one end of an exchange', () => {
	it('is shown alone when the other tells nothing', () => {
		const joiner = new EndsJoiner();
		assert.deepEqual(joiner.take(serverOf()), []);
		assert.deepEqual(joiner.until(800 * MS), []);
		assert.equal(joiner.until(1000 * MS).length, 1);
	});

	it('is shown again with the other when that is told late', () => {
		const joiner = new EndsJoiner();
		const server = serverOf();
		joiner.take(server);
		assert.deepEqual(joiner.until(1000 * MS), [{ client: null, server }]);
		const client = clientOf({ latency: 3 * SECOND });
		assert.deepEqual(joiner.take(client), [{ client, server }]);
		assert.deepEqual(joiner.end(), []);
	});

	it('waits while its bytes are still leaving, and a little more', () => {
		const joiner = new EndsJoiner();
		const server = leaving();
		joiner.take(server);
		assert.deepEqual(joiner.until(4 * SECOND), []);
		server.response?.stages?.addLate(left(4 * SECOND));
		assert.deepEqual(joiner.until(4.4 * SECOND), []);
		const client = clientOf({ latency: 4.3 * SECOND });
		assert.deepEqual(joiner.take(client), [{ client, server }]);
	});

	it('does not wait for a time that one record had by mistake', () => {
		const joiner = new EndsJoiner();
		joiner.until(1e9 * SECOND);
		joiner.take(serverOf());
		assert.equal(joiner.until(1000 * MS).length, 1);
	});

	it('does not wait for ever', () => {
		const joiner = new EndsJoiner();
		joiner.take(leaving());
		assert.equal(joiner.until(11 * SECOND).length, 1);
	});
});
