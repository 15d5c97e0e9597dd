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

test('nothing is said where null is meant, or only shown, or where the file knows', () => {
	for (const query of [
		'from "x.pcap" http where comm == null',
		'from "x.pcap" http where (comm ?? "-") == "-" or coalesce(comm, "x") == "x"',
		'from "x.pcap" http | stat count() by comm',
		'from "x.pcap" | overview',
		'from "x.pcap" | map',
		'from "x.ciqrec" where comm == "curl"',
	])
		assert.deepEqual(warned(ask('-e', query)), [], query);
});
