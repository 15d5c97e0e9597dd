import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { KYANOS, line } from '../capture/log/logs.ts';
import { pcap } from '../capture/pcap/files.ts';
import { REQUEST, response, Talk } from '../capture/pcap/talk.ts';
import { type Ended, run } from './program.ts';
import { writeRecording } from './recording.ts';

let folder: string;
const TALK = new Talk().handshake().send('client', REQUEST).send('server', response('hello'));

before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-unknown-'));
	writeFileSync(join(folder, 'x.pcap'), pcap(TALK.packets));
	writeFileSync(join(folder, 'x.ndjson'), line(KYANOS));
	writeRecording(join(folder, 'x.ciqrec'));
});
after(() => rmSync(folder, { recursive: true }));

const ask = (...args: readonly string[]): Ended => run(args, { cwd: folder });
const warned = ({ stderr }: Ended): readonly string[] => stderr.match(/warning: .*/g) ?? [];

const PACKETS =
	'warning: x.pcap tells no comm, so no comparison with it holds: restrict addresses or ports, such as `server_port == 80`';

test('what packets never tell is said where it is compared', () => {
	const end = ask('-e', 'from "x.pcap" http | where comm == "curl"');
	assert.equal(end.status, 0);
	assert.deepEqual(warned(end), [PACKETS]);
	assert.match(
		warned(ask('-e', 'from "x.pcap" http where pid == 1 or lower(exe) ~ "x"'))[0] ?? '',
		/no pid, exe, .*with them/,
	);
	assert.deepEqual(warned(ask('-e', 'from "x.pcap" http | stat count(where comm == "curl")')), [PACKETS]);
	assert.deepEqual(warned(ask('-e', 'conns where comm == "curl"', '--from', 'x.pcap')), [PACKETS]);
	assert.deepEqual(warned(ask('-e', 'from "x.ciqrec" | union { from "x.pcap" where comm == "curl" }')), [PACKETS]);
});

test('so is what flags compare, once', () => {
	assert.deepEqual(warned(ask('watch', 'http', '--comm', 'curl', '--from', 'x.pcap')), [PACKETS]);
	assert.deepEqual(warned(ask('-e', 'watch http', '--comm', 'curl', '--from', 'x.pcap')), [PACKETS]);
});

test('a log tells what its program wrote', () => {
	assert.match(warned(ask('-e', 'from "x.ndjson" http where comm == "curl"'))[0] ?? '', /x\.ndjson tells no comm, so/);
	assert.deepEqual(warned(ask('-e', 'from "x.ndjson" http where pid == 12345')), []);
});

test('what is grouped by, sorted by or shown is said too where the user named it', () => {
	const shown =
		'warning: x.pcap tells no comm, so the column has no values: addresses and ports tell processes apart, such as `by server_ip, server_port`';
	for (const query of [
		'from "x.pcap" http | stat count() by comm | where comm == "nginx"',
		'from "x.pcap" http | select ts, comm',
		'from "x.pcap" http | top 2 by comm',
		'from "x.pcap" http | red by comm',
		'from "x.pcap" http | stat count() by comm | union { from "x.ciqrec" | stat count() by comm }',
	])
		assert.deepEqual(warned(ask('-e', query)), [shown], query);
	assert.match(warned(ask('-e', 'from "x.pcap" | stat any(exe) by pid'))[0] ?? '', /no pid, exe, so the columns have/);
});

test('nothing is said where null is meant, or what a view looks at, or where the file knows', () => {
	for (const query of [
		'from "x.pcap" http where comm == null',
		'from "x.pcap" http where (comm ?? "-") == "-" or coalesce(comm, "x") == "x"',
		'from "x.pcap" | overview',
		'from "x.pcap" | map',
		'from "x.pcap" | describe',
		'from "x.pcap" | drop path',
		'from "x.ciqrec" where comm == "curl"',
		'from "x.pcap" | union { from "x.ciqrec" } | distinct comm',
		'from "x.pcap" | stat count() by who = comm ?? "-"',
		'from "x.ciqrec" | stat count() by side, comm',
	])
		assert.deepEqual(warned(ask('-e', query)), [], query);
});
