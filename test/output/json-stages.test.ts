import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wallClock } from '../../engine/exchange/wall-clock.ts';
import { exchangeDocument } from '../../engine/output/document.ts';
import { assemble, CLIENT_POS, data, end, interfaceName, open, SERVER_POS } from '../support/events.ts';

const REQUEST = 'GET / HTTP/1.1\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

test('the JSON document has the durations and the events of the stages, exact to the nanosecond', () => {
	const left = { queued: 1100, queuedEnd: 1100, sent: 1200, sentEnd: 1200, interface: 3 };
	const arrived = { received: 5000, tcp: 5100, readable: 5200, interface: 3 };
	const { rows } = assemble([
		Buffer.concat([
			open(),
			interfaceName(7, 3, 'eth0'),
			data({ time: 1300, start: 1000, direction: 'out', pos: CLIENT_POS, bytes: REQUEST, stages: left }),
			data({ time: 6000, direction: 'in', pos: SERVER_POS, bytes: RESPONSE, stages: arrived }),
			end(9000),
		]),
	]);
	assert.ok(rows[0]);
	const document = exchangeDocument(rows[0], wallClock({ startWall: 1_767_323_045_000_000_001n }));
	const at = (ns: number) => `2026-01-02T03:04:05.00000${ns + 1}Z`;
	const { black_box_duration_ms, read_socket_duration_ms, copy_to_socket_buffer_duration_ms } = document;
	assert.deepEqual(
		[black_box_duration_ms, read_socket_duration_ms, copy_to_socket_buffer_duration_ms],
		[0.0038, 0.0008, 0.0002],
	);
	assert.deepEqual(document.req_syscall_events, [{ time: at(1000), size: REQUEST.length }]);
	assert.deepEqual(document.resp_syscall_events, [{ time: at(6000), size: RESPONSE.length }]);
	assert.deepEqual(document.req_nic_events, [{ time: at(1200), size: REQUEST.length, interface: 'eth0' }]);
	assert.deepEqual(document.resp_nic_events, [{ time: at(5000), size: RESPONSE.length, interface: 'eth0' }]);
	assert.ok(Array.isArray(document.stages));
	assert.equal(document.stages.length, 7);
	assert.deepEqual(document.stages[2], {
		...{ name: 'transmit', iface: 'eth0', direction: 'request' },
		...{ at: 0.0002, took: 0.0001 },
	});
});
