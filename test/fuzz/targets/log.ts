import { InputError } from '../../../engine/capture/input-error.ts';
import { lookupField } from '../../../engine/exchange/catalog.ts';
import { COMMON_FIELDS } from '../../../engine/exchange/common-fields.ts';
import { wallClock } from '../../../engine/exchange/wall-clock.ts';
import { exchangeDocument } from '../../../engine/output/document.ts';
import { PROTOCOLS } from '../../../engine/protocols/registry.ts';
import { KYANOS, line, readLogs } from '../../capture/log/logs.ts';
import { FLOW_CASES } from '../../protocols/http/cases/flow.ts';
import { CASES } from '../../protocols/websocket/cases.ts';
import { eventsOf } from '../../support/conversations.ts';
import { assemble, captureInfo } from '../../support/events.ts';
import { plain } from '../../support/http.ts';
import { NUMBERS } from '../mutate.ts';
import { latin1, type Target } from '../target.ts';

const NAMES = [...COMMON_FIELDS, ...PROTOCOLS.flatMap(({ fields }) => fields)].map(({ name }) => name);
const CLOCK = wallClock(captureInfo());

/** What a query of a few fields reads, one of the status of slow exchanges, and one that shows whole exchanges. */
const ASKED = [
	{ fields: ['path', 'status', 'latency', 'remote_ip', 'opcode'], leastLatency: 0 },
	{ fields: ['status'], leastLatency: 50e6 },
	{ fields: ['this', ...NAMES], leastLatency: 0 },
];

const run = async (input: Uint8Array): Promise<void> => {
	for (const { fields, leastLatency } of ASKED) {
		try {
			for (const row of (await readLogs([input], fields, undefined, leastLatency)).rows) {
				for (const name of fields) {
					const found = lookupField(name, null);
					if (found?.kind === 'field') plain(found.field.get(row));
				}
				if (fields.includes('this')) JSON.stringify(exchangeDocument(row, CLOCK));
			}
		} catch (error) {
			if (!(error instanceof InputError)) throw error;
		}
	}
};

/** Logs of our own: exchanges of each protocol. */
const ours = (): Uint8Array[] =>
	[...FLOW_CASES.slice(0, 6), ...CASES.slice(0, 6)].map((one) => {
		const { rows } = assemble(eventsOf(one), { protocols: null });
		return Buffer.from(rows.map((row) => `${JSON.stringify(exchangeDocument(row, CLOCK))}\n`).join(''));
	});

const UNITS = /"(?:[^"\\]|\\.)*"|[\w.+-]+|[^\w\s]|\s+/g;

/** Logs of exchanges as JSON lines. */
export const log: Target = {
	name: 'log',
	seeds: () => [Buffer.from(line(KYANOS)), Buffer.from(line(KYANOS).repeat(2)), ...ours()],
	dictionary: [
		...Object.keys(KYANOS).map((name) => latin1(`"${name}":`)),
		...NUMBERS.map((number) => latin1(`${number}`)),
		...[
			'{',
			'}',
			'[',
			']',
			',',
			':',
			'"',
			'\\',
			'\\u0000',
			'\\ud800',
			'null',
			'true',
			'1e400',
			'-0',
			'\n',
			'\r\n',
			'[[',
		].map(latin1),
		...['"2024-01-01T12:00:00.123456789Z"', '"9999-99-99T99:99:99Z"', '"HTTP/1.1 200 OK\\r\\n\\r\\n"', '\xff'].map(
			latin1,
		),
	],
	units: (input) => Array.from(Buffer.from(input).toString('latin1').matchAll(UNITS), ({ index }) => index),
	maxBytes: 1 << 14,
	maxSteps: { base: 500_000, perByte: 500 },
	run,
};
