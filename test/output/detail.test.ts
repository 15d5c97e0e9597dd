import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { wallClock } from '../../engine/exchange/wall-clock.ts';
import { bar } from '../../engine/output/detail/bar.ts';
import { detailText, endsOf } from '../../engine/output/detail/detail.ts';
import { type DetailStyle, takesUnicode } from '../../engine/output/detail/style.ts';
import type { Ends } from '../../engine/output/detail/way.ts';
import { textWidth } from '../../engine/output/text-width.ts';
import { run } from '../shell/program.ts';
import { exchange, MS } from '../support/exchanges.ts';
import fc from '../support/property.ts';
import { clientOf, pass, passInParts, serverOf } from './detail/staged.ts';
import { INFO } from './exchange.ts';

/* Pictures lie in detail/NAME.txt; UPDATE_GOLDEN=1 draws them anew: look at them as someone who was woken up. */
const FOLDER = join(import.meta.dirname, 'detail');

process.env.TZ = 'UTC';
const STYLE: DetailStyle = { width: 80, color: false, unicode: true, maxPrintBytes: 1024, clock: wallClock(INFO) };

function assertGolden(name: string, text: string): void {
	const path = join(FOLDER, `${name}.txt`);
	if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
	assert.equal(text, readFileSync(path, 'utf8'));
}

function assertFits(text: string, width: number): void {
	for (const line of stripVTControlCharacters(text).split('\n'))
		assert.ok(textWidth(line) <= width, `too wide: ${line}`);
}

const both = (): Ends => endsOf(clientOf(), serverOf());

/** Both ends were captured, and a condition kept the row of one. */
const selected = (kept: Exchange, left: Exchange): Ends => {
	kept.endpoint.peer = { owner: left.owner };
	kept.peerOwner = left.owner;
	return endsOf(kept, null);
};

const lossy = (): Ends => {
	const one = clientOf();
	pass(one, 'request', {
		direction: 'out',
		iface: 'eth0',
		retransmits: 2,
		queued: 100.02,
		sent: 100.03,
		sentEnd: 100.03,
	});
	return endsOf(one, null);
};

const partly = (): Ends => {
	const one = serverOf();
	pass(one, 'request', { direction: 'in', iface: 'eth0', received: 100.1 });
	pass(one, 'response', { direction: 'out', iface: 'eth0', sent: 399.6, sentEnd: 399.6 });
	return endsOf(one, null);
};

/** A server that writes for 279 ms. */
const streamed = (): Ends => {
	const [client, server] = [clientOf({ latency: 301 * MS }), serverOf()];
	passInParts(server, [120.2, 200, 280, 399], (at) => ({ queued: at + 0.1, sent: at + 0.2 }));
	passInParts(client, [121, 201, 281, 401], (at) => ({ received: at - 0.6, tcp: at - 0.5, readable: at - 0.4 }));
	return endsOf(client, server);
};

/** A client that reads for 279 ms: its window is full, and so is the buffer of the server. */
const stalled = (): Ends => {
	const [client, server] = [clientOf({ latency: 301 * MS }), serverOf()];
	passInParts(server, [120.2, 120.9, 199, 281], (at) => ({ queued: at + 79, sent: at + 79.1 }));
	passInParts(client, [122, 231, 330, 401], (at) => {
		const received = at === 122 ? 121 : 200;
		return { received, tcp: received + 0.1, readable: received + 0.2 };
	});
	return endsOf(client, server);
};

const CASES: Readonly<Record<string, () => Ends>> = {
	both,
	streamed,
	stalled,
	'streamed-client': () => endsOf(streamed().client ?? clientOf(), null),
	'stalled-client': () => endsOf(stalled().client ?? clientOf(), null),
	client: () => endsOf(clientOf(), null),
	server: () => endsOf(serverOf(), null),
	'client-selected': () => selected(clientOf(), serverOf()),
	'server-selected': () => selected(serverOf(), clientOf()),
	retransmits: lossy,
	partly,
	waiting: () => endsOf(clientOf({ status: null }), serverOf({ status: null })),
	reset: () => endsOf(clientOf({ status: null, outcome: 'reset' }), null),
	'gave-up': () => endsOf(clientOf({ status: null, outcome: 'closed', endAt: 250 * MS }), serverOf()),
	incomplete: () => endsOf(clientOf({ outcome: 'closed', endAt: 900 * MS }), null),
	unstaged: () => endsOf(exchange({ latency: 5 * MS }), null),
};

describe('the detail picture', () => {
	for (const [name, ends] of Object.entries(CASES))
		it(name, () => {
			const text = detailText(ends(), STYLE);
			assertFits(text, 80);
			assertGolden(name, text);
		});

	for (const width of [120, 160])
		it(`of both ends in ${width} columns`, () =>
			assertGolden(`both-${width}`, detailText(both(), { ...STYLE, width })));

	for (const width of [1, 20, 30, 45])
		it(`of a terminal that is only ${width} columns wide`, () => {
			for (const ends of Object.values(CASES)) assertFits(detailText(ends(), { ...STYLE, width }), Math.max(30, width));
		});

	it('in ASCII', () => {
		const text = detailText(both(), { ...STYLE, unicode: false });
		assert.match(text, /^[\x20-\x7e\n]*$/);
		assertGolden('both-ascii', text);
	});

	it('is in ASCII where the first variable that is set names no UTF-8 (POSIX, 8.2)', () => {
		const cases = [
			[{ LANG: 'en_US.UTF-8' }, true],
			[{ LC_ALL: '', LC_CTYPE: 'C.utf8', LANG: 'C' }, true],
			[{ LC_ALL: 'C', LC_CTYPE: 'C.UTF-8', LANG: 'C.UTF-8' }, false],
			[{ LC_CTYPE: 'POSIX', LANG: 'C.UTF-8' }, false],
			[{}, false],
		] as const;
		for (const [env, expected] of cases) assert.equal(takesUnicode(env), expected, JSON.stringify(env));
	});

	it('in colour marks the largest step and says the same', () => {
		const text = detailText(both(), { ...STYLE, color: true });
		assert.match(JSON.stringify(text), /\[31m▶ +279\.0ms/);
		assert.equal(stripVTControlCharacters(text), detailText(both(), STYLE));
	});

	it('prints so many bytes of a message', () => {
		const text = detailText(both(), { ...STYLE, maxPrintBytes: 30 });
		assert.match(text, /\n {4}\{"query":"t\n {4}… 20B more \(--max-print-bytes\)/);
		assert.match(text, /teapot HTTP\/\n {4}… 43B more \(--max-print-bytes\)/);
		assert.doesNotMatch(text, /Host: shop/);
	});
});

describe('captured bytes in a detail picture', () => {
	it('are read as UTF-8 in heads, too, where they are that', () => {
		assert.match(detailText(endsOf(clientOf({ headers: 'X: grün\r\n' }), null), STYLE), /\n {4}X: grün\n/);
	});

	it('cannot act on the terminal', () => {
		const evil = '\x1b[2J\x07\u202e\u0085';
		const ends = endsOf(clientOf({ body: `${evil}\n${evil}`, comm: evil, headers: `X: ${evil}\r\n` }), null);
		const unsafe = detailText(ends, STYLE).match(/[^\P{C}\n]/u);
		assert.equal(unsafe, null);
	});

	it('never make a line that is too wide, whatever they are', () =>
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme', maxLength: 300 }),
				fc.integer({ min: 60, max: 200 }),
				fc.boolean(),
				(words, width, unicode) => {
					const ends = endsOf(clientOf({ body: words }), serverOf({ body: words, comm: words.slice(0, 15) }));
					assertFits(detailText(ends, { ...STYLE, width, unicode }), width);
				},
			),
			{ numRuns: 100 },
		));
});

describe('a bar', () => {
	it('is to scale, and of something it is never nothing', () =>
		fc.assert(
			fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 4, max: 100 }), (share, width) => {
				const drawn = bar(share, width, true);
				assert.ok(Math.abs(drawn.length - share * width) <= 1.01);
				assert.equal(drawn === '', share === 0);
				assert.ok(Math.abs(bar(share, width, false).length - share * width) <= 0.5);
			}),
		));
});

describe('a real exchange between two network namespaces', () => {
	it('is drawn from its recording, both ends side by side', () => {
		const path = join(FOLDER, 'two-hosts.ciqrec');
		const env = { ...process.env, LC_ALL: 'C.UTF-8', COLUMNS: '100' };
		const { status, stdout, stderr } = run(['-e', 'watch http | to detail', '--from', path], { env });
		assert.equal(status, 0, stderr);
		assertGolden('two-hosts', stdout);
		const one = run(['-e', 'watch http where side == "client" | to detail', '--from', path], { env });
		assert.match(one.stdout, /as the client saw it; the server's row was left out, or comes late/);
		const ascii = run(['-e', 'watch http | to detail', '--from', path], { env: { ...env, LC_ALL: 'C' } });
		assert.match(ascii.stdout, /^> .*process works$/m);
	});
});
